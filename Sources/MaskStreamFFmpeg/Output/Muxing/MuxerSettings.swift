internal import CFFmpeg
import MaskStream

/// Sets a muxer up so that it keeps times, and applies the user's options.
enum MuxerSettings {
    /// Options of all containers, then the user's.
    static func apply(
        _ options: OutputOptions, _ container: Container,
        to context: UnsafeMutablePointer<AVFormatContext>
    ) throws {
        context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
        context.pointee.flags |= AVFMT_FLAG_BITEXACT
        if container.isMP4 || container.isMatroska || container.isOne(of: "nut") {
            // Every time is written as it came.
            context.pointee.avoid_negative_ts = 0
        }
        if options.isLive { fragment(container, context) }
        let settings = ObjectOptions(context, container)
        for (key, value) in options.muxerOptions {
            try settings.set(key, value, from: "--muxer-option")
        }
    }

    /// Lets an animation play as often as the input does.
    static func play(
        _ plays: Int, _ container: Container, options: OutputOptions,
        in context: UnsafeMutablePointer<AVFormatContext>
    ) {
        guard let (key, value) = container.playsOption(plays),
            !options.muxerOptions.contains(where: { $0.key == key })
        else { return }
        ObjectOptions(context, container).prefer(key, String(value))
    }

    /// Writes the file in pieces of a second, each of which plays though the next never comes.
    private static func fragment(
        _ container: Container, _ context: UnsafeMutablePointer<AVFormatContext>
    ) {
        context.pointee.flags |= AVFMT_FLAG_FLUSH_PACKETS
        context.pointee.flush_packets = 1
        let settings = ObjectOptions(context, container)
        if container.isMP4 {
            settings.prefer("movflags", "+frag_keyframe+delay_moov+default_base_moof")
            settings.prefer("frag_duration", "1000000")
        } else if container.isMatroska {
            settings.prefer("cluster_time_limit", "1000")
        }
    }

    /// Keeps a time scale in MP4, and a movie time scale that all streams divide.
    static func keepTimeScale(
        _ timeBase: Rational, others: [Rational], _ container: Container, options: OutputOptions,
        in context: UnsafeMutablePointer<AVFormatContext>
    ) {
        guard timeBase.num > 0, timeBase.den > 0 else { return }
        func setUnlessAsked(_ key: String, _ value: Int64) {
            guard !options.muxerOptions.contains(where: { $0.key == key }) else { return }
            ObjectOptions(context, container).prefer(key, String(value))
        }
        setUnlessAsked("video_track_timescale", Int64(timeBase.den))
        var scale = Int64(timeBase.den)
        for other in others.map(\.den) where other > 0 {
            let common = scale / av_gcd(scale, Int64(other)) * Int64(other)
            if common <= 1_000_000_000 { scale = common }
        }
        setUnlessAsked("movie_timescale", scale)
    }

    /// Why the header could not be written.
    static func failure(_ code: Int32, _ container: Container, shown: String) -> MaskStreamError {
        let cause = FFmpegError(
            code: code, operation: "write header", path: shown,
            lastLogLine: FFmpegLog.takeLastLine())
        let refused = [EINVAL, ENOSYS, 0x5F5F_5F5F].map { ms_averror($0) }
        if refused.contains(code) || cause.reason.contains("not implemented") {
            return MaskStreamError(
                .usage,
                "\(container.name) does not take this output: \(cause.reason) (\(shown))"
                    + OutputFailure.said(cause),
                hint: "choose another container or codec; pipes take nut, matroska and mpegts",
                underlying: cause)
        }
        return OutputFailure.writing(code, "write header", shown)
    }
}
