internal import CFFmpeg
import MaskStream

extension EncoderChoice {
    /// Which side data of frames an open encoder writes.
    func sideData(
        _ context: UnsafeMutablePointer<AVCodecContext>, keepsMetadata: Bool
    ) -> Set<AVFrameSideDataType> {
        var found: Set<AVFrameSideDataType> = []
        if isOn("a53cc", context) { found.insert(AV_FRAME_DATA_A53_CC) }
        if keepsMetadata, isOn("s12m_tc", context) { found.insert(AV_FRAME_DATA_S12M_TIMECODE) }
        if ["libx264", "mpeg2video"].contains(name) { found.insert(AV_FRAME_DATA_STEREO3D) }
        let writesProfiles: Set = [AV_CODEC_ID_PNG, AV_CODEC_ID_APNG, AV_CODEC_ID_MJPEG]
        if writesProfiles.contains(id) || name == "libjxl" {
            found.insert(AV_FRAME_DATA_ICC_PROFILE)
        }
        return found
    }

    /// Wraps `av_opt_get_int`.
    private func isOn(_ option: String, _ context: UnsafeMutablePointer<AVCodecContext>) -> Bool {
        var value: Int64 = 0
        return av_opt_get_int(context, option, AV_OPT_SEARCH_CHILDREN, &value) >= 0 && value != 0
    }

    /// Whether an arrangement of two views has a number in the encoder's messages.
    func encodes(_ stereo: AVStereo3D) -> Bool {
        let isInverted = stereo.flags & AV_STEREO3D_FLAG_INVERT != 0
        guard name == "libx264" else {
            return !isInverted
                && [AV_STEREO3D_SIDEBYSIDE, AV_STEREO3D_TOPBOTTOM].contains(stereo.type)
        }
        return !isInverted && stereo.type != AV_STEREO3D_SIDEBYSIDE_QUINCUNX
    }
}

extension Container {
    /// Whether the container's header holds a piece of side data (FFmpeg 5.1).
    func holds(_ side: SideData) -> Bool {
        switch side.type {
        case AV_FRAME_DATA_SPHERICAL: return isOne(of: "mp4") || isMatroska
        case AV_FRAME_DATA_STEREO3D:
            guard let stereo = side.stereo else { return false }
            if isMatroska {
                let web = ["left_right", "right_left", "top_bottom", "bottom_top"]
                return stereo.matroskaMode.map { isOne(of: "matroska") || web.contains($0) }
                    ?? false
            }
            return isOne(of: "mp4") && stereo.flags & AV_STEREO3D_FLAG_INVERT == 0
                && [AV_STEREO3D_SIDEBYSIDE, AV_STEREO3D_TOPBOTTOM].contains(stereo.type)
        // A still WebP gets its profile from `ImageTagWriter`.
        case AV_FRAME_DATA_ICC_PROFILE:
            return isOne(of: "mp4", "mov") || imageCodec == AV_CODEC_ID_WEBP
        default: return false
        }
    }
}

extension SideData {
    /// The kind under which a container's header holds the same; nil where it has no place for it.
    var storedType: AVPacketSideDataType? {
        switch type {
        case AV_FRAME_DATA_STEREO3D: AV_PKT_DATA_STEREO3D
        case AV_FRAME_DATA_SPHERICAL: AV_PKT_DATA_SPHERICAL
        case AV_FRAME_DATA_ICC_PROFILE: AV_PKT_DATA_ICC_PROFILE
        default: nil
        }
    }

    /// How two views are arranged; nil where this is of another kind.
    var stereo: AVStereo3D? {
        guard type == AV_FRAME_DATA_STEREO3D, bytes.count >= MemoryLayout<AVStereo3D>.size else {
            return nil
        }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: AVStereo3D.self) }
    }
}

extension AVStereo3D {
    /// Matroska's name for the arrangement, which FFmpeg 5.1 takes from a tag.
    var matroskaMode: String? {
        let isInverted = flags & AV_STEREO3D_FLAG_INVERT != 0
        return switch type {
        case AV_STEREO3D_SIDEBYSIDE: isInverted ? "right_left" : "left_right"
        case AV_STEREO3D_TOPBOTTOM: isInverted ? "bottom_top" : "top_bottom"
        case AV_STEREO3D_CHECKERBOARD: isInverted ? "checkerboard_rl" : "checkerboard_lr"
        case AV_STEREO3D_LINES: isInverted ? "row_interleaved_rl" : "row_interleaved_lr"
        case AV_STEREO3D_COLUMNS: isInverted ? "col_interleaved_rl" : "col_interleaved_lr"
        case AV_STEREO3D_FRAMESEQUENCE: isInverted ? "block_rl" : "block_lr"
        default: nil
        }
    }
}
