internal import COnnxRuntime
import Foundation
import MaskStream

/// A model that is loaded and ready to run.
///
/// Several bindings may run one session at a time, from any queues: ONNX Runtime's `Run` allows it.
public final class OnnxSession: Sendable {
    /// The model's file.
    public let path: String
    /// The SHA-256 of the model's bytes, in lower-case hexadecimal.
    public let sha256: String
    /// What the model takes, in the model's order.
    public let inputs: [OnnxTensor]
    /// What the model gives, in the model's order.
    public let outputs: [OnnxTensor]
    /// Where the model runs.
    public let device: InferenceDevice
    /// How many threads one run uses.
    public let threads: Int

    let runtime: OnnxRuntime
    nonisolated(unsafe) let handle: OpaquePointer
    /// The same model on the processor, to compare a device's answers with; nil on the processor.
    let reference: OnnxSession?
    private let counted: Int

    /// Loads a model.
    ///
    /// Calls `OrtApi.CreateSessionFromArray`.
    ///
    /// The session is made from the bytes that were hashed, not from the file again: nobody can
    /// exchange the file between the check and the load.
    ///
    /// - Parameters:
    ///   - path: The model's ONNX file; it holds all its tensors itself.
    ///   - expectedSHA256: What the file's SHA-256 must be, hexadecimal; nil for any.
    ///   - threads: How many threads one run uses; at least 1.
    ///   - device: Where the model runs.
    ///   - opensBatch: Whether a model that declares a fixed batch of several images is run on one,
    ///     of any size. Many exports of detectors declare what they were traced with.
    /// - Throws: `MaskStreamError` `configuration` for a file that is missing, differs from the
    ///   hash or cannot be loaded; `unavailable` without a runtime library, and for a model that the
    ///   device does not run whole.
    public convenience init(
        path: String, expectedSHA256: String? = nil, threads: Int = 1,
        device: InferenceDevice = .cpu, opensBatch: Bool = false
    ) throws {
        let model = try ModelFile(path: path, expectedSHA256: expectedSHA256)
        try self.init(
            model, path: path, threads: max(threads, 1), device: device, opensBatch: opensBatch)
    }

    private init(
        _ model: ModelFile, path: String, threads: Int, device: InferenceDevice, opensBatch: Bool
    ) throws {
        runtime = try OnnxRuntime.shared()
        // First, so that what is the model's fault is not blamed on the device.
        reference = try device.plugin.map { _ in
            try OnnxSession(
                model, path: path, threads: threads, device: .cpu, opensBatch: opensBatch)
        }
        let loading = Loading(
            bytes: model.bytes, threads: threads, device: device, runtime: runtime)
        let loaded: Loaded
        do {
            loaded = try opensBatch ? loading.opened() : loading.declared()
        } catch let error as OnnxError {
            throw reference == nil
                ? ModelFile.unloadable(path, error.message, error)
                : device.cannotRun(path, error.message)
        }
        self.path = path
        sha256 = model.sha256
        counted = model.parameters
        self.threads = threads
        self.device = device
        handle = loaded.handle
        // What a model declares is the file's, whatever a device makes of it.
        inputs = reference?.inputs ?? loaded.inputs
        outputs = reference?.outputs ?? loaded.outputs
    }

    deinit { device.exclusively { runtime.api.pointee.ReleaseSession(handle) } }

    /// Multiply-adds of one run at the size the model was measured at; nil where it does not say.
    public var multiplyAdds: Int? { metadata("multiply_adds").flatMap { Int($0) } }

    /// How many parameters the model has: what it declares, else the numbers in its constant tensors
    /// (with the means and deviations of batch normalisation, without shapes).
    public var parameters: Int { metadata("parameters").flatMap { Int($0) } ?? counted }

    /// A value of the model's own properties (`ModelProto.metadata_props`), or nil.
    ///
    /// Calls `OrtApi.ModelMetadataLookupCustomMetadataMap`.
    public func metadata(_ key: String) -> String? {
        let api = runtime.api.pointee
        do {
            let metadata = try runtime.make("inspect") {
                api.SessionGetModelMetadata(handle, &$0)
            }
            defer { api.ReleaseModelMetadata(metadata) }
            return try runtime.takeString("inspect") {
                api.ModelMetadataLookupCustomMetadataMap(metadata, $0, key, &$1)
            }
        } catch {
            // These calls fail for want of memory only; a property is never worth a run.
            return nil
        }
    }
}

extension OnnxSession {
    /// Binds an input as its memory is now.
    ///
    /// Calls `OrtApi.BindInput`.
    ///
    /// The processor sees what is written to the memory later; a device has a copy.
    func bind(_ binding: OpaquePointer, _ name: String, _ value: OpaquePointer) throws {
        try device.exclusively {
            try runtime.check(runtime.api.pointee.BindInput(binding, name, value), "bind")
        }
    }

    /// Runs with a binding's inputs and outputs.
    ///
    /// Calls `OrtApi.RunWithBinding`.
    func run(_ binding: OpaquePointer) throws {
        try device.exclusively {
            try runtime.check(runtime.api.pointee.RunWithBinding(handle, nil, binding), "run")
        }
    }

    /// The error of a failed run; on a device that has not yet answered as the processor does it is the
    /// device that does not work.
    func failure(_ error: OnnxError, isChecked: Bool) -> MaskStreamError {
        guard isChecked else { return device.cannotRun(path, error.message) }
        let place = reference == nil ? "" : " on \(device)"
        return MaskStreamError(
            .software, "the model failed\(place): \(error.message) (\(path))", underlying: error)
    }

    /// Runs with a binding's input into memory that the runtime allocates, and lends the outputs in
    /// the order of their names.
    ///
    /// Calls `OrtApi.GetBoundOutputValues`.
    func run<R>(
        _ binding: OpaquePointer, into place: OpaquePointer, outputs names: [String],
        _ body: ([OpaquePointer]) throws -> R
    ) throws -> R {
        let api = runtime.api.pointee
        // Bound anew, so that the runtime allocates what this run needs.
        defer { api.ClearBoundOutputs(binding) }
        for name in names {
            try runtime.check(api.BindOutputToDevice(binding, name, place), "bind")
        }
        try run(binding)
        let allocator = try runtime.make("bind") { api.GetAllocatorWithDefaultOptions(&$0) }
        var values: UnsafeMutablePointer<OpaquePointer?>?
        var count = 0
        try runtime.check(api.GetBoundOutputValues(binding, allocator, &values, &count), "bind")
        defer {
            for index in 0..<count { api.ReleaseValue(values?[index]) }
            // A failure to free is no reason to stop.
            api.ReleaseStatus(api.AllocatorFree(allocator, values))
        }
        let found = (0..<count).compactMap { values?[$0] }
        guard found.count == names.count else {
            throw OnnxError(code: 1, operation: "bind", message: "no output came back")
        }
        return try body(found)
    }
}

/// The runtime's session, and what it takes and gives.
private struct Loaded {
    let handle: OpaquePointer
    let inputs: [OnnxTensor]
    let outputs: [OnnxTensor]
}

/// A model on its way into the runtime.
private struct Loading {
    let bytes: [UInt8]
    let threads: Int
    let device: InferenceDevice
    let runtime: OnnxRuntime

    /// The model as the file declares it.
    func declared() throws -> Loaded { try load(bytes) }

    /// The same with open shapes where the file declares that it takes several images at a time.
    func opened() throws -> Loaded {
        let declared = try declared()
        let inputs = declared.inputs
        guard inputs.count == 1, inputs[0].shape.count == 4, inputs[0].shape[0] > 1,
            let layout = PixelSpec.Layout(inputs[0].shape),
            let opened = ModelShapes.opened(bytes, channelAxis: layout.channelAxis),
            // Where the graph needs its batch, the declared shape says why it cannot be used.
            let other = try? load(opened)
        else { return declared }
        release(declared.handle)
        return other
    }

    private func release(_ handle: OpaquePointer) {
        device.exclusively { runtime.api.pointee.ReleaseSession(handle) }
    }

    private func load(_ bytes: [UInt8]) throws -> Loaded {
        let handle = try session(bytes)
        do {
            return Loaded(
                handle: handle, inputs: try tensors(of: handle, .input),
                outputs: try tensors(of: handle, .output))
        } catch {
            release(handle)
            throw error
        }
    }

    /// Makes the session.
    ///
    /// Calls `OrtApi.CreateSessionFromArray`.
    private func session(_ bytes: [UInt8]) throws -> OpaquePointer {
        let api = runtime.api.pointee
        let options = try runtime.make("load") { api.CreateSessionOptions(&$0) }
        defer { api.ReleaseSessionOptions(options) }
        func set(_ status: OpaquePointer?) throws { try runtime.check(status, "load") }
        try set(api.SetSessionGraphOptimizationLevel(options, Int32(MS_ORT_OPTIMIZE_ALL)))
        try set(api.SetSessionLogSeverityLevel(options, Int32(MS_ORT_LOG_ERROR)))
        try set(api.SetIntraOpNumThreads(options, Int32(clamping: threads)))
        try set(api.SetInterOpNumThreads(options, 1))
        // The environment's arena has a limit, a session's own has none.
        try set(api.AddSessionConfigEntry(options, "session.use_env_allocators", "1"))
        if threads > 1 {
            // Waiting threads sleep: spinning doubles the processor time and gains little.
            try set(api.AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "0"))
        }
        try device.plugin.map { try PluginDevices.use($0, in: options, of: runtime) }
        return try device.exclusively {
            try bytes.withUnsafeBytes { bytes in
                try runtime.make("load") {
                    api.CreateSessionFromArray(
                        runtime.environment, bytes.baseAddress, bytes.count, options, &$0)
                }
            }
        }
    }

    private enum Side { case input, output }

    /// Lists what a session takes or gives.
    ///
    /// Calls `OrtApi.SessionGetInputTypeInfo`.
    private func tensors(of session: OpaquePointer, _ side: Side) throws -> [OnnxTensor] {
        let api = runtime.api.pointee
        var count = 0
        try runtime.check(
            side == .input
                ? api.SessionGetInputCount(session, &count)
                : api.SessionGetOutputCount(session, &count), "inspect")
        return try (0..<count).map { index in
            let name = try runtime.takeString("inspect") {
                side == .input
                    ? api.SessionGetInputName(session, index, $0, &$1)
                    : api.SessionGetOutputName(session, index, $0, &$1)
            }
            let info = try runtime.make("inspect") {
                side == .input
                    ? api.SessionGetInputTypeInfo(session, index, &$0)
                    : api.SessionGetOutputTypeInfo(session, index, &$0)
            }
            defer { api.ReleaseTypeInfo(info) }
            return try OnnxTensor(name: name ?? "", info: info, runtime: runtime)
        }
    }
}
