internal import COnnxRuntime
import MaskStream

/// An output of a run: its concrete shape and its elements, row-major.
struct OnnxValue {
    let shape: [Int]
    let elements: [Float]
}

/// One bound input and any number of outputs of a session, whose shapes a run may decide.
///
/// Where the output is one and of a fixed shape, ``OnnxBinding`` needs no memory in a run. Like its
/// session, this stays on one queue.
final class OnnxOutputs {
    private let session: OnnxSession
    private let names: [String]
    private let input: TensorMemory
    private let binding: OpaquePointer
    private let place: OpaquePointer

    /// Binds memory for an input of the given shape.
    ///
    /// - Parameters:
    ///   - session: The model.
    ///   - inputShape: The concrete shape of its only input.
    ///   - names: The outputs that are read, in this order; nil is the model's first.
    /// - Throws: `MaskStreamError` `configuration` naming the tensor, what was expected and what was
    ///   found.
    init(_ session: OnnxSession, inputShape: [Int], names: [String?]) throws {
        let check = TensorCheck(path: session.path)
        let declared = try check.find(nil, in: session.inputs, "input")
        guard session.inputs.count == 1 else { throw check.several(session.inputs) }
        let count = try check.input(declared, accepts: inputShape)
        self.names = try names.map { try check.named($0, in: session.outputs, "output").name }
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
        do {
            try runtime.check(api.BindInput(binding, declared.name, input.value), "bind")
            _ = try values()
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

    /// Runs the model and copies its outputs; whole numbers become float32, too.
    ///
    /// Calls `OrtApi.RunWithBinding` and `GetBoundOutputValues`.
    ///
    /// - Throws: `MaskStreamError` `software` when the model fails.
    func run() throws -> [OnnxValue] {
        do {
            return try values()
        } catch let error as OnnxError {
            throw MaskStreamError(
                .software, "the model failed: \(error.message) (\(session.path))",
                underlying: error)
        }
    }

    private func values() throws -> [OnnxValue] {
        let runtime = session.runtime
        let api = runtime.api.pointee
        // Bound anew, so that the runtime allocates what this run needs.
        for name in names {
            try runtime.check(api.BindOutputToDevice(binding, name, place), "bind")
        }
        defer { api.ClearBoundOutputs(binding) }
        try runtime.check(api.RunWithBinding(session.handle, nil, binding), "run")
        let allocator = try runtime.make("bind") { api.GetAllocatorWithDefaultOptions(&$0) }
        var values: UnsafeMutablePointer<OpaquePointer?>?
        var count = 0
        try runtime.check(api.GetBoundOutputValues(binding, allocator, &values, &count), "bind")
        defer {
            for index in 0..<count { api.ReleaseValue(values?[index]) }
            // A failure to free is no reason to stop.
            api.ReleaseStatus(api.AllocatorFree(allocator, values))
        }
        return try names.indices.map { index in
            guard index < count, let value = values?[index] else {
                throw OnnxError(code: 1, operation: "bind", message: "no output came back")
            }
            return try read(value, names[index])
        }
    }

    private func read(_ value: OpaquePointer, _ name: String) throws -> OnnxValue {
        let runtime = session.runtime
        let api = runtime.api.pointee
        let info = try runtime.make("inspect") { api.GetTensorTypeAndShape(value, &$0) }
        defer { api.ReleaseTensorTypeAndShapeInfo(info) }
        let tensor = try OnnxTensor(name: name, tensor: info, runtime: runtime)
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
