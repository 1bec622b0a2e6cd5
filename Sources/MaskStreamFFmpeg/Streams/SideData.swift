internal import CFFmpeg
import MaskStream

/// One entry of a frame's side data, copied.
struct SideData: Sendable {
    let type: AVFrameSideDataType
    let bytes: [UInt8]
}

/// What goes with a frame from the input to the output, as ``Frame/attachments``.
struct FrameExtras: Sendable {
    /// Side data that is true of the masked frame, too.
    var sideData: [SideData] = []
    /// What an image's file declares; nil in videos.
    var tags: ImageTags?
    var isEmpty: Bool { sideData.isEmpty && tags == nil }
}

/// Sorts the side data of decoded frames: what stays true of a masked frame is passed on, what may
/// describe hidden pixels is dropped and named once.
struct SideDataFilter {
    private var named: Set<AVFrameSideDataType> = []
    /// The last ICC profile and what is kept of it: the frames of a video have the same one.
    private var profile: (whole: [UInt8], kept: [UInt8]?) = ([], nil)

    /// What is passed on; where it cannot be written, the output names it.
    private static let kept: Set = [
        AV_FRAME_DATA_A53_CC, AV_FRAME_DATA_STEREO3D, AV_FRAME_DATA_SPHERICAL,
        AV_FRAME_DATA_AFD, AV_FRAME_DATA_S12M_TIMECODE,
    ]
    /// What is read elsewhere, or says nothing that a decoder does not always say.
    private static let silent: Set = [
        AV_FRAME_DATA_DISPLAYMATRIX, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
        AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
        AV_FRAME_DATA_GOP_TIMECODE, AV_FRAME_DATA_PANSCAN, AV_FRAME_DATA_DOVI_METADATA,
    ]

    /// The side data of a frame that is passed on.
    mutating func kept(of frame: AVFrame, warn: WarningReport) -> [SideData] {
        var found: [SideData] = []
        for index in 0..<Int(frame.nb_side_data) {
            guard let side = frame.side_data[index]?.pointee else { continue }
            let bytes = UnsafeBufferPointer(start: side.data, count: side.size)
            if side.type == AV_FRAME_DATA_ICC_PROFILE {
                if let kept = kept(Array(bytes)) {
                    found.append(SideData(type: side.type, bytes: kept))
                } else if named.insert(side.type).inserted {
                    warn(ICCProfile.dropped)
                }
                continue
            }
            if Self.kept.contains(side.type) {
                found.append(SideData(type: side.type, bytes: Array(bytes)))
                continue
            }
            let isSilent =
                Self.silent.contains(side.type) || named.contains(side.type)
                || side.type == AV_FRAME_DATA_SEI_UNREGISTERED && bytes.isFromEncoder
            guard !isSilent, let name = av_frame_side_data_name(side.type) else { continue }
            named.insert(side.type)
            warn(
                MediaWarning(
                    "dropped_side_data",
                    "\(String(cString: name)) is dropped: it may describe what is masked"))
        }
        return found
    }

    private mutating func kept(_ whole: [UInt8]) -> [UInt8]? {
        if whole != profile.whole { profile = (whole, ICCProfile.cleaned(whole)) }
        return profile.kept
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether this is the message in which x264 and x265 write down their settings.
    fileprivate var isFromEncoder: Bool {
        starts(with: [0xDC, 0x45, 0xE9, 0xBD, 0xE6, 0xD9, 0x48, 0xB7])
            || starts(with: [0x2C, 0xA2, 0xDE, 0x09, 0xB5, 0x17, 0x47, 0xDB])
    }
}

extension InputStreams {
    /// The side data that holds for the whole masked stream: its header's, else its first frame's.
    var wholeSideData: [SideData] {
        let types = [
            (AV_PKT_DATA_STEREO3D, AV_FRAME_DATA_STEREO3D),
            (AV_PKT_DATA_SPHERICAL, AV_FRAME_DATA_SPHERICAL),
            (AV_PKT_DATA_ICC_PROFILE, AV_FRAME_DATA_ICC_PROFILE),
        ]
        return types.compactMap { stored, type in
            let declared = declared(stored)
            let seen = frameSideData.first { $0.type == type }?.bytes
            return (declared ?? seen).map { SideData(type: type, bytes: $0) }
        }
    }

    /// Whether the masked stream's header has an ICC profile that is not kept.
    var hasUnusableProfile: Bool {
        maskedFacts?.sideData.contains { $0.type == AV_PKT_DATA_ICC_PROFILE } == true
            && declared(AV_PKT_DATA_ICC_PROFILE) == nil
    }

    private func declared(_ type: AVPacketSideDataType) -> [UInt8]? {
        let bytes = maskedFacts?.sideData.first { $0.type == type }?.bytes
        return type == AV_PKT_DATA_ICC_PROFILE ? bytes.flatMap(ICCProfile.cleaned) : bytes
    }
}
