internal import COnnxRuntime
import MaskStream

/// One input and one output of a session with memory of their own, bound once per stream.
///
/// Nothing is allocated or copied per run: write the input, run, read the output. Like its session,
/// a binding stays on one queue.
public final class OnnxBinding {
    /// The session that runs.
    public let session: OnnxSession
    /// The bound input, with its concrete shape; row-major float32.
    public let input: OnnxTensor
    /// The bound output, with its concrete shape; row-major float32.
    public let output: OnnxTensor

    private let binding: OpaquePointer
    private let source: TensorMemory
    private let result: TensorMemory
    /// The same on the processor, until a run has been compared with it; nil on the processor.
    private var reference: OnnxBinding?

    /// Binds memory for an input of the given shape.
    ///
    /// Calls `OrtApi.BindOutput`.
    ///
    /// The model runs once on zeros, because only a run shows the shape of its output for sure.
    ///
    /// - Parameters:
    ///   - session: The session whose memory is bound.
    ///   - inputName: The input to bind, the model's only one; nil for any name.
    ///   - inputShape: Its concrete shape, as `[1, 3, 192, 320]`.
    ///   - outputName: The output to bind; nil for the model's first.
    ///   - outputShape: What the output's shape must be, -1 for any dimension; nil for any shape.
    /// - Throws: `MaskStreamError` `configuration` naming the tensor, what was expected and what
    ///   was found.
    public init(
        _ session: OnnxSession, inputName: String? = nil, inputShape: [Int],
        outputName: String? = nil, outputShape: [Int]? = nil
    ) throws {
        let check = TensorCheck(path: session.path)
        let declared = try check.find(inputName, in: session.inputs, "input")
        guard session.inputs.count == 1 else { throw check.several(session.inputs) }
        let count = try check.input(declared, accepts: inputShape)
        let promised = try check.find(outputName, in: session.outputs, "output")
        try check.output(promised, agrees: outputShape)

        reference = try session.reference.map {
            try OnnxBinding(
                $0, inputName: inputName, inputShape: inputShape, outputName: outputName,
                outputShape: outputShape)
        }
        let runtime = session.runtime
        let api = runtime.api.pointee
        do {
            let place = try runtime.makePlace()
            defer { api.ReleaseMemoryInfo(place) }
            let source = try TensorMemory(
                shape: inputShape, count: count, place: place, runtime: runtime)
            let binding = try runtime.make("bind") { api.CreateIoBinding(session.handle, &$0) }
            do {
                try session.bind(binding, declared.name, source.value)
                let found = try Self.probe(binding, promised.name, place, session)
                if let reference {
                    try session.check(shape: found.shape, against: reference.output.shape)
                }
                let outputCount = try check.output(found, agrees: outputShape, of: promised)
                result = try TensorMemory(
                    shape: found.shape, count: outputCount, place: place, runtime: runtime)
                try runtime.check(api.BindOutput(binding, promised.name, result.value), "bind")
                output = found
            } catch {
                api.ReleaseIoBinding(binding)
                throw error
            }
            self.source = source
            self.binding = binding
        } catch let error as OnnxError {
            throw session.reference == nil
                ? check.unusable(inputShape, declared, error)
                : session.failure(error, isChecked: false)
        }
        self.session = session
        input = OnnxTensor(
            name: declared.name, elementType: declared.elementType, shape: inputShape)
    }

    deinit { session.runtime.api.pointee.ReleaseIoBinding(binding) }

    /// Lends the input's memory, to be filled before ``run()``; it keeps its content between runs.
    public func withInput<R>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
    ) rethrows -> R {
        try body(source.elements)
    }

    /// Runs the model from the input's memory into the output's; on a device the first run's output
    /// is compared with the processor's.
    ///
    /// - Throws: `MaskStreamError` `software` when the model fails, `unavailable` where the device does
    ///   not answer as the processor does; the output is then undefined.
    public func run() throws {
        do {
            if session.reference != nil {
                // What a device leaves unwritten is no number: no frame gets an earlier one's mask.
                result.elements.update(repeating: .nan)
                try session.bind(binding, input.name, source.value)
            }
            try session.run(binding)
        } catch let error as OnnxError {
            throw session.failure(error, isChecked: reference == nil)
        }
        guard let reference else { return }
        reference.withInput { _ = $0.update(fromContentsOf: source.elements) }
        try reference.run()
        try withOutput { found in
            try reference.withOutput { try session.check(found, against: $0) }
        }
        self.reference = nil
    }

    /// Lends the output's memory as the last ``run()`` left it.
    public func withOutput<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        try body(UnsafeBufferPointer(result.elements))
    }

    /// Runs once into the runtime's memory and describes what came out.
    private static func probe(
        _ binding: OpaquePointer, _ name: String, _ place: OpaquePointer, _ session: OnnxSession
    ) throws -> OnnxTensor {
        try session.run(binding, into: place, outputs: [name]) { values in
            try OnnxTensor(name: name, value: values[0], runtime: session.runtime)
        }
    }
}
