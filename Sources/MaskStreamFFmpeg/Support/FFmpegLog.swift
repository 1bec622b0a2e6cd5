internal import CFFmpeg
import Foundation
import MaskStream

/// What FFmpeg logs: kept as the last line for errors instead of going to stderr.
enum FFmpegLog {
    private static let lastLine = Confined<String?>(nil, label: "maskstream.ffmpeg.log")

    /// Takes over FFmpeg's log once per process.
    ///
    /// Wraps `av_log_set_callback`.
    static let redirect: Void = {
        // SVT-AV1 tells its settings by itself unless it is asked not to.
        setenv("SVT_LOG", "1", 0)
        av_log_set_callback { context, level, format, arguments in
            // Of warnings only those about inputs are read; decoders may give one a picture.
            let isWarning = level == AV_LOG_WARNING && ms_is_demuxer(context) != 0
            guard level <= AV_LOG_ERROR || isWarning, let format, let arguments else { return }
            var line = [CChar](repeating: 0, count: 512)
            var printPrefix: Int32 = 0
            av_log_format_line(
                context, level, format, arguments, &line, Int32(line.count), &printPrefix)
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let text = String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            DemuxerFaults.note(context, level: level, line: text)
            guard level <= AV_LOG_ERROR else { return }
            if !text.isEmpty { FFmpegLog.lastLine.sync { $0 = text } }
            DecoderFaults.note(mark: ms_logging_mark(context), line: text)
        }
    }()

    /// The last line since the previous call, without credentials.
    static func takeLastLine() -> String? {
        lastLine.sync { line in
            defer { line = nil }
            return line.map(withoutCredentials(in:))
        }
    }
}
