internal import CFFmpeg

/// Where video is asked to be decoded.
public enum HardwareRequest: String, CaseIterable, Sendable {
    /// In software.
    case none
    /// On the first kind of hardware that is known to hide no damage, else in software.
    case auto
    /// On NVIDIA's cards.
    case cuda
    /// By Linux's own interface to cards of AMD and Intel.
    case vaapi
    /// By Intel's Quick Sync Video.
    case qsv

    /// The kind that is asked for by its name; nil for `none` and `auto`.
    public var kind: HardwareKind? { HardwareKind(rawValue: rawValue) }
}

/// A kind of hardware that decodes and encodes video.
public enum HardwareKind: String, CaseIterable, Sendable {
    case cuda, vaapi, qsv

    /// The kinds on which the suite that flips bits has run and was not seen to miss damage: none yet.
    ///
    /// Software decoders tell of damage in their log and by flags; hardware may show it and say
    /// nothing.
    static let proven: Set<HardwareKind> = []

    /// Whether the kind is known to hide no damage.
    public var isProven: Bool { Self.proven.contains(self) }

    /// FFmpeg's name of the kind.
    var type: AVHWDeviceType {
        switch self {
        case .cuda: AV_HWDEVICE_TYPE_CUDA
        case .vaapi: AV_HWDEVICE_TYPE_VAAPI
        case .qsv: AV_HWDEVICE_TYPE_QSV
        }
    }

    /// The pixel format of frames that lie on such a device.
    var surface: AVPixelFormat {
        switch self {
        case .cuda: AV_PIX_FMT_CUDA
        case .vaapi: AV_PIX_FMT_VAAPI
        case .qsv: AV_PIX_FMT_QSV
        }
    }

    /// What to install where there is no such device.
    public var setup: String {
        switch self {
        case .cuda: "install NVIDIA's driver with its libraries for video"
        case .vaapi:
            "install the card's driver (mesa-va-drivers, or intel-media-va-driver) and join the group "
                + "render; vainfo shows what works"
        case .qsv: "install Intel's driver and runtime (intel-media-va-driver, libmfx-gen1.2)"
        }
    }
}
