internal import COnnxRuntime
import MaskStream

/// An output of a run: its concrete shape and its elements, row-major.
struct OnnxValue {
    let shape: [Int]
    let elements: [Float]
}

/// One bound input and any number of outputs of a session, whose shapes a run may decide; beside it
/// perhaps a second input, a list of indices.
///
/// Where the output is one and of a fixed shape, ``OnnxBinding`` needs no memory in a run. Like its
/// session, this stays on one queue.
final class OnnxOutputs {
    private let session: OnnxSession
    private let names: [String]
    private let declared: OnnxTensor
    private let input: TensorMemory
    private let indexName: String?
    private var indices: IndexMemory?
    private let binding: OpaquePointer
    private let place: OpaquePointer
    /// The same on the processor, until a run has been compared with it; nil on the processor.
    private var reference: OnnxOutputs?

    /// Binds memory for an input of the given shape.
    ///
    /// - Parameters:
    ///   - session: The model.
    ///   - inputShape: The concrete shape of its only input of floating-point numbers.
    ///   - names: The outputs that are read, in this order; nil is the model's first.
    ///   - indexName: The input of indices, int64 `[count]`; nil for a model without.
    /// - Throws: `MaskStreamError` `configuration` naming the tensor, what was expected and what was
    ///   found.
    init(
        _ session: OnnxSession, inputShape: [Int], names: [String?], indexName: String? = nil
    ) throws {
        let check = TensorCheck(path: session.path)
        if let indexName { try check.indices(indexName, in: session.inputs) }
        let inputs = session.inputs.filter { $0.name != indexName }
        let declared = try check.find(nil, in: inputs, "input")
        guard inputs.count == 1 else { throw check.several(session.inputs) }
        let count = try check.input(declared, accepts: inputShape)
        self.names = try names.map { try check.named($0, in: session.outputs, "output").name }
        reference = try session.reference.map {
            try OnnxOutputs($0, inputShape: inputShape, names: names, indexName: indexName)
        }
        let runtime = session.runtime
        let api = runtime.api.pointee
        do {
            let place = try runtime.makePlace()
            do {
                input = try TensorMemory(
                    shape: inputShape, count: count, place: place, runtime: runtime)
                binding = try runtime.make("bind") { api.CreateIoBinding(session.handle, &$0) }
            } catch {
                api.ReleaseMemoryInfo(place)
                throw error
            }
            self.place = place
        } catch let error as OnnxError {
            throw check.unusable(inputShape, declared, error)
        }
        self.session = session
        self.declared = declared
        self.indexName = indexName
        do {
            try session.bind(binding, declared.name, input.value)
        } catch let error as OnnxError {
            throw check.unusable(inputShape, declared, error)
        }
    }

    deinit {
        let api = session.runtime.api.pointee
        api.ReleaseIoBinding(binding)
        api.ReleaseMemoryInfo(place)
    }

    /// Lends the input's memory, to be filled before ``run()``; it keeps its content between runs.
    func withInput<R>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> R) rethrows -> R {
        try body(input.elements)
    }

    /// Gives the model its indices for the runs that follow.
    ///
    /// - Throws: `MaskStreamError` `software` when the runtime fails.
    func set(indices list: [Int]) throws {
        guard let indexName else { return }
        try reference?.set(indices: list)
        do {
            let memory = try IndexMemory(list, place: place, runtime: session.runtime)
            try session.bind(binding, indexName, memory.value)
            indices = memory
        } catch let error as OnnxError {
            throw failure(error)
        }
    }

    /// Runs for the first time, on what the input's memory holds.
    ///
    /// - Throws: `MaskStreamError` `configuration` for a model that does not run on such an input.
    func probe() throws -> [OnnxValue] {
        let expected = try reference?.probe()
        do {
            let found = try values()
            if let expected { try session.check(found, against: expected) }
            return found
        } catch let error as OnnxError {
            throw session.reference == nil
                ? TensorCheck(path: session.path).unusable(input.shape, declared, error)
                : session.failure(error, isChecked: false)
        }
    }

    /// Runs the model and copies its outputs; whole numbers become float32, too.
    ///
    /// On a device the first run's outputs are compared with the processor's.
    ///
    /// - Throws: `MaskStreamError` `software` when the model fails, `unavailable` where the device does
    ///   not answer as the processor does.
    func run() throws -> [OnnxValue] {
        let found: [OnnxValue]
        do {
            found = try values()
        } catch let error as OnnxError {
            throw failure(error)
        }
        guard let reference else { return found }
        reference.withInput { _ = $0.update(fromContentsOf: input.elements) }
        try session.check(found, against: try reference.run())
        self.reference = nil
        return found
    }

    private func failure(_ error: OnnxError) -> MaskStreamError {
        session.failure(error, isChecked: reference == nil)
    }

    private func values() throws -> [OnnxValue] {
        if session.reference != nil { try session.bind(binding, declared.name, input.value) }
        return try session.run(binding, into: place, outputs: names) { values in
            try zip(values, names).map(read)
        }
    }

    private func read(_ value: OpaquePointer, _ name: String) throws -> OnnxValue {
        let runtime = session.runtime
        let api = runtime.api.pointee
        let tensor = try OnnxTensor(name: name, value: value, runtime: runtime)
        let count = tensor.shape.reduce(1, *)
        var memory: UnsafeMutableRawPointer?
        try runtime.check(api.GetTensorMutableData(value, &memory), "read")
        func elements<T>(_ type: T.Type) -> UnsafeBufferPointer<T> {
            // A tensor without elements, as a table without boxes, may have no memory.
            let start = count > 0 ? memory?.assumingMemoryBound(to: type) : nil
            return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        }
        let floats: [Float]
        switch tensor.elementType {
        case .float32: floats = Array(elements(Float.self))
        case .int32: floats = elements(Int32.self).map(Float.init)
        case .int64: floats = elements(Int64.self).map(Float.init)
        default:
            throw OnnxError(
                code: 1, operation: "read",
                message: "the output \(tensor) is neither float32 nor of whole numbers")
        }
        return OnnxValue(shape: tensor.shape, elements: floats)
    }
}
