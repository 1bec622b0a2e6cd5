internal import CFFmpeg
public import MaskStream

/// An open device for video; one of each kind serves the whole process, and stays open.
struct HardwareDevice: Sendable {
    let kind: HardwareKind
    // FFmpeg's own, until the process ends; its references are counted atomically.
    nonisolated(unsafe) let reference: UnsafeMutablePointer<AVBufferRef>

    private static let opened = Confined<[HardwareKind: Result<HardwareDevice, MaskStreamError>]>(
        [:], label: "maskstream.hardware")

    /// The device of a kind; a failure counts for the whole process, too.
    ///
    /// - Throws: `MaskStreamError/Code/unavailable` where there is none.
    static func open(_ kind: HardwareKind) throws -> HardwareDevice {
        try opened.sync { opened in
            if let known = opened[kind] { return known }
            let device = Result { () throws(MaskStreamError) in try HardwareDevice(opening: kind) }
            opened[kind] = device
            return device
        }.get()
    }

    /// Opens the first device of a kind.
    ///
    /// Wraps `av_hwdevice_ctx_create`.
    init(opening kind: HardwareKind) throws(MaskStreamError) {
        guard Self.isBuiltIn(kind) else {
            throw MaskStreamError(
                .unavailable, "this FFmpeg was built without \(kind)",
                hint: "install Debian's FFmpeg libraries")
        }
        FFmpegLog.begin()
        var reference: UnsafeMutablePointer<AVBufferRef>?
        guard av_hwdevice_ctx_create(&reference, kind.type, nil, nil, 0) >= 0, let reference else {
            let said = FFmpegLog.takeLastLine().map { " [\($0)]" } ?? ""
            throw MaskStreamError(
                .unavailable, "there is no \(kind) device\(said)", hint: kind.setup)
        }
        (self.kind, self.reference) = (kind, reference)
    }

    /// Whether this FFmpeg knows the kind.
    ///
    /// Wraps `av_hwdevice_iterate_types`.
    private static func isBuiltIn(_ kind: HardwareKind) -> Bool {
        var type = AV_HWDEVICE_TYPE_NONE
        repeat {
            type = av_hwdevice_iterate_types(type)
            if type == kind.type { return true }
        } while type != AV_HWDEVICE_TYPE_NONE
        return false
    }
}

extension UnsafeMutablePointer<AVBufferRef> {
    /// What FFmpeg keeps in a buffer.
    func content<Content>(_ type: Content.Type) -> UnsafeMutablePointer<Content> {
        UnsafeMutableRawPointer(pointee.data).assumingMemoryBound(to: type)
    }
}

/// What this machine has of a kind of hardware.
public struct HardwareSurvey: Sendable {
    /// The kind.
    public let kind: HardwareKind
    /// Why there is no such device, and what to do about it; nil where one opens.
    public let problem: MaskStreamError?

    /// Tries to open a device of each kind.
    public static func all() -> [HardwareSurvey] {
        HardwareKind.allCases.map { kind in
            do {
                _ = try HardwareDevice.open(kind)
                return HardwareSurvey(kind: kind, problem: nil)
            } catch {
                let problem = error as? MaskStreamError
                return HardwareSurvey(
                    kind: kind, problem: problem ?? MaskStreamError(.unavailable, "\(error)"))
            }
        }
    }
}
