internal import CFFmpeg
import MaskStream

/// A time code as studios count frames: `01:00:00:00`, with `;` where numbers are dropped.
enum Timecode {
    /// The time code of the first frame that is written; nil where the input has none.
    ///
    /// The one that the container declares is of the input's first frame and moves with `--start`;
    /// the one in the first decoded frame is its own.
    static func ofFirstFrame(_ input: InputStreams, format: FrameFormat) -> String? {
        let track = input.streams.first { $0.isTimecode }?.facts
        let dictionaries = [input.maskedFacts?.metadata, input.metadata, track?.metadata]
        let declared = dictionaries.lazy.compactMap {
            $0?.first { $0.key.lowercased() == "timecode" }
        }
        guard let text = declared.first?.value, let facts = input.maskedFacts else {
            return input.frameTimecode
        }
        let begin = facts.startTime == noTimestamp ? 0 : facts.startTime
        let start = Double(begin) * facts.timeBase.value
        let rate = track.map(\.frameRate).flatMap { $0.num > 0 && $0.den > 0 ? $0 : nil }
        return moved(
            text, by: input.trimStart == 0 ? 0 : input.trimStart - start,
            rate: rate ?? format.encoderRate, to: format.encoderRate) ?? text
    }

    /// A time code some seconds later, counted in another rate; nil where it is none.
    ///
    /// Wraps `av_timecode_init_from_string` and `av_timecode_make_string`, which know the dropped
    /// numbers of 29.97 and 59.94 frames a second.
    static func moved(
        _ text: String, by seconds: Double, rate: Rational, to output: Rational
    ) -> String? {
        var code = AVTimecode()
        guard rate.num > 0, rate.den > 0, output.num > 0, output.den > 0, seconds.magnitude < 1e6,
            av_timecode_init_from_string(&code, rate.av, text, nil) >= 0
        else { return nil }
        let shifted = code.start + Int32((seconds * rate.value).rounded())
        var result = AVTimecode()
        let day = UInt32(AV_TIMECODE_FLAG_24HOURSMAX.rawValue)
        let drops = UInt32(AV_TIMECODE_FLAG_DROPFRAME.rawValue)
        result.rate = output.av
        result.fps = UInt32(output.value.rounded())
        result.flags = day | (result.fps % 30 == 0 ? code.flags & drops : 0)
        guard result.fps > 0 else { return nil }
        let frame = Int64(shifted) * Int64(result.fps) / Int64(max(1, code.fps))
        return string { av_timecode_make_string(&result, $0, Int32(clamping: frame)) }
    }

    /// The time code that a frame itself declares: that of SMPTE 12M, or an MPEG group's.
    static func of(_ frame: UnsafePointer<AVFrame>, rate: Rational) -> String? {
        if let side = av_frame_get_side_data(frame, AV_FRAME_DATA_S12M_TIMECODE)?.pointee,
            side.size >= 8, rate.num > 0, rate.den > 0
        {
            let word = UnsafeRawPointer(side.data).loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            return string { av_timecode_make_smpte_tc_string2($0, rate.av, word, 0, 0) }
        }
        guard let side = av_frame_get_side_data(frame, AV_FRAME_DATA_GOP_TIMECODE)?.pointee,
            side.size >= 8
        else { return nil }
        let word = UnsafeRawPointer(side.data).loadUnaligned(as: Int64.self)
        // Most encoders count from nothing, which says nothing.
        let text = string { av_timecode_make_mpeg_tc_string($0, UInt32(truncatingIfNeeded: word)) }
        return text.hasPrefix("00:00:00") ? nil : text
    }

    private static func string(
        _ write: (UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<CChar>?
    ) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_TIMECODE_STR_SIZE)) {
            buffer in
            guard let base = buffer.baseAddress, let text = write(base) else { return "" }
            return String(cString: text)
        }
    }
}

extension Container {
    /// Whether a time code is written: as a track, or as a tag that is read as one.
    var holdsTimecode: Bool { isOne(of: "mp4", "mov", "matroska", "mxf", "avi") }
}

extension EncoderChoice {
    /// Whether the frames themselves are written with a time code.
    var holdsTimecode: Bool { name == "mpeg2video" || name == "mpeg1video" }
}

extension InputStreams.Stream {
    /// Whether this is QuickTime's track of time codes.
    var isTimecode: Bool { facts.parameters.pointee.codec_tag == ms_fourcc("tmcd") }
}
