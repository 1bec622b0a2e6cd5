internal import COnnxRuntime
import Foundation
import MaskStream

/// The ONNX Runtime library, opened once per process and shared by all sessions.
///
/// Nothing links to it: the program starts, and does all that needs no model, without it.
public struct OnnxRuntime: Sendable {
    /// The library's own version, as `1.28.0`.
    public let version: String
    /// The file that was opened, or `libonnxruntime.so.1` where the system's linker found it.
    public let library: String

    // Unsafe only to the compiler: the table is constant and the environment is made for calls
    // from any thread; both live until the process ends.
    nonisolated(unsafe) let api: UnsafePointer<OrtApi>
    nonisolated(unsafe) let environment: OpaquePointer

    private static let loaded = Result<OnnxRuntime, any Error> { try OnnxRuntime() }

    /// The process's library; the first call opens it.
    ///
    /// - Throws: `MaskStreamError` `unavailable` when there is none or it cannot be used.
    public static func shared() throws -> OnnxRuntime { try loaded.get() }

    private init() throws {
        // Libraries from 1.29 on report home unless configured otherwise before they are opened.
        setenv("ORT_DISABLE_TELEMETRY", "1", 1)
        let (handle, library) = try OnnxLibrary.open()
        guard let symbol = dlsym(handle, "OrtGetApiBase"),
            let base = unsafeBitCast(symbol, to: OrtGetApiBaseCall.self)()
        else { throw OnnxLibrary.unusable(library, "it is not ONNX Runtime") }
        version = base.pointee.GetVersionString().map { String(cString: $0) } ?? ""
        self.library = library
        let parts = version.split(separator: ".").prefix(2).map { UInt32($0) ?? 0 }
        guard parts.count == 2, parts[0] == 1, parts[1] >= UInt32(MS_ORT_OLDEST_MINOR),
            let api = base.pointee.GetApi(min(UInt32(MS_ORT_API_VERSION), parts[1]))
        else {
            throw OnnxLibrary.unusable(
                library, "its version is \(version), not 1.\(MS_ORT_OLDEST_MINOR) or newer")
        }
        self.api = api
        var environment: OpaquePointer?
        // The log goes nowhere: what matters comes back as a status, and stderr is the program's.
        let status = api.pointee.CreateEnvWithCustomLogger(
            { _, _, _, _, _, _ in }, nil, Int32(MS_ORT_LOG_ERROR), "maskstream", &environment)
        try Self.check(api, status, "start")
        guard let environment else { throw OnnxLibrary.unusable(library, "it does not start") }
        self.environment = environment
        try check(api.pointee.DisableTelemetryEvents(environment), "start")
        try limitMemory()
    }

    /// The most memory that the tensors of all models together may take: 2 GiB.
    ///
    /// Shipped models need some 50 MB at most; a model that asks for more than this is broken or
    /// means harm, and gets an error instead of the machine's memory.
    private static let mostBytes = 2 << 30

    /// Gives all sessions one arena of limited size.
    ///
    /// Calls `OrtApi.CreateAndRegisterAllocator`.
    private func limitMemory() throws {
        let api = api.pointee
        // Grows by what is asked for, not by doubling: the models' needs do not change.
        let arena = try make("start") { api.CreateArenaCfg(Self.mostBytes, 1, -1, -1, &$0) }
        defer { api.ReleaseArenaCfg(arena) }
        let place = try makePlace()
        defer { api.ReleaseMemoryInfo(place) }
        try check(api.CreateAndRegisterAllocator(environment, place, arena), "start")
    }

    /// Describes main memory, where all tensors lie; the caller releases it.
    ///
    /// Calls `OrtApi.CreateCpuMemoryInfo`.
    func makePlace() throws -> OpaquePointer {
        try make("start") {
            api.pointee.CreateCpuMemoryInfo(
                Int32(MS_ORT_ALLOCATOR_ARENA), Int32(MS_ORT_MEMORY_DEFAULT), &$0)
        }
    }

    /// Throws what a call answered as ``OnnxError`` and releases it; nil is success.
    func check(_ status: OpaquePointer?, _ operation: String) throws {
        try Self.check(api, status, operation)
    }

    private static func check(
        _ api: UnsafePointer<OrtApi>, _ status: OpaquePointer?, _ operation: String
    ) throws {
        guard let status else { return }
        defer { api.pointee.ReleaseStatus(status) }
        let text = api.pointee.GetErrorMessage(status).map { String(cString: $0) } ?? ""
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        throw OnnxError(
            code: api.pointee.GetErrorCode(status), operation: operation, message: line)
    }

    /// Makes one of the library's objects; the caller releases it.
    func make(
        _ operation: String, _ call: (inout OpaquePointer?) -> OpaquePointer?
    ) throws -> OpaquePointer {
        var object: OpaquePointer?
        try check(call(&object), operation)
        guard let object else {
            throw OnnxError(code: 1, operation: operation, message: "no object came back")
        }
        return object
    }

    /// Takes over a string that the library allocated; nil stays nil.
    func takeString(
        _ operation: String,
        _ call: (OpaquePointer?, inout UnsafeMutablePointer<CChar>?) -> OpaquePointer?
    ) throws -> String? {
        let allocator = try make(operation) { api.pointee.GetAllocatorWithDefaultOptions(&$0) }
        var text: UnsafeMutablePointer<CChar>?
        try check(call(allocator, &text), operation)
        guard let text else { return nil }
        let string = String(cString: text)
        try check(api.pointee.AllocatorFree(allocator, text), operation)
        return string
    }
}
