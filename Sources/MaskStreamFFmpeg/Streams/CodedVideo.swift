internal import CFFmpeg
import MaskStream

/// Video that was encoded before, as a part of a masked video declares it.
public struct CodedVideo: Sendable {
    let facts: StreamFacts
    /// FFmpeg's names of the part's container.
    let containers: [String]

    /// Whether its pixels may be transparent.
    public var hasAlpha: Bool {
        let format = AVPixelFormat(rawValue: facts.parameters.pointee.format)
        let flags = av_pix_fmt_desc_get(format)?.pointee.flags ?? 0
        return flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0
    }

    /// Whether packets of both can stand in one stream.
    func isSame(as other: CodedVideo) -> Bool {
        let (own, others) = (facts.parameters.pointee, other.facts.parameters.pointee)
        return own.codec_id == others.codec_id && own.width == others.width
            && own.height == others.height && own.format == others.format
            && facts.timeBase == other.facts.timeBase
            && facts.header.elementsEqual(other.facts.header)
    }

    /// Puts its header in the place of the encoder's, if that has one: each container has its own form
    /// of it, in which the packets are, too.
    func putHeader(into parameters: UnsafeMutablePointer<AVCodecParameters>) throws {
        // libaom has its header with the first packet only.
        let isDue =
            parameters.pointee.extradata_size > 0 || parameters.pointee.codec_id == AV_CODEC_ID_AV1
        guard isDue, !facts.header.isEmpty else { return }
        try setHeader(Array(facts.header), of: parameters)
    }

    /// Refuses an output for which it was not encoded.
    ///
    /// - Throws: `MaskStreamError` 64 for another container, 65 for another codec or size.
    func check(_ container: Container, _ choice: EncoderChoice, _ format: FrameFormat) throws {
        let isSameContainer =
            container.name.split(separator: ",").contains { containers.contains(String($0)) }
            || container.isMP4 && containers.contains("mp4")
        guard isSameContainer else {
            throw MaskStreamError(
                .usage, "the parts are \(containers[0]), the output is \(container.name)",
                hint:
                    "give the output the parts' extension, or mask the parts into \(container.name)"
            )
        }
        let parameters = facts.parameters.pointee
        guard parameters.codec_id == choice.id, Int(parameters.width) == format.width,
            Int(parameters.height) == format.height
        else {
            let codec = String(cString: avcodec_get_name(parameters.codec_id))
            throw MaskStreamError(
                .badData,
                "the parts are \(codec) of \(parameters.width)x\(parameters.height), their options make "
                    + "\(choice.name) of \(format.width)x\(format.height)",
                hint: "mask the parts again, on machines with the same FFmpeg")
        }
    }
}
