import Foundation
public import MaskStream

/// What numbers a model computes with.
public enum Precision: String, Sendable {
    /// 32-bit floats.
    case float
    /// 8-bit integers, where a profile has such a file.
    case int8

    /// What this machine's processor is fastest with.
    ///
    /// 8 bits if it has AVX-512 VNNI, which multiplies four pairs of them at a time; without, ONNX
    /// Runtime's kernels gain nothing. Floats are right where that cannot be read, too.
    public static let ofProcessor = Precision(
        cpuinfo: (try? text(ofFile: "/proc/cpuinfo")) ?? "")

    /// The same by what `/proc/cpuinfo` says.
    init(cpuinfo: String) {
        let flags = cpuinfo.split(separator: "\n").first { $0.hasPrefix("flags") }
        self = flags?.split(separator: " ").contains("avx512_vnni") == true ? .int8 : .float
    }
}

extension ModelReference {
    /// Whether the file in 8 bits is the one that runs on a device; plugins take floats.
    public func runsInt8(on device: InferenceDevice, _ precision: Precision = .ofProcessor) -> Bool
    {
        int8 != nil && device == .cpu && precision == .int8
    }

    /// The file that runs on a device.
    public func file(
        on device: InferenceDevice, _ precision: Precision = .ofProcessor
    ) -> File {
        runsInt8(on: device, precision) ? int8 ?? float : float
    }
}

extension OnnxSession {
    /// Loads the file of a profile's model that is for a device and a precision.
    ///
    /// - Throws: as ``init(path:expectedSHA256:threads:device:opensBatch:)``.
    public convenience init(
        _ model: ModelReference, threads: Int = 1, device: InferenceDevice = .cpu,
        opensBatch: Bool = false, precision: Precision = .ofProcessor
    ) throws {
        let file = model.file(on: device, precision)
        try self.init(
            path: file.path, expectedSHA256: file.sha256, threads: threads, device: device,
            opensBatch: opensBatch)
    }
}
