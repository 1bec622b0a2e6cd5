internal import CFFmpeg
import Foundation
import MaskStream
import Synchronization

/// What FFmpeg logs, which says more than its return codes.
///
/// FFmpeg has one log for the whole process, so that it is taken over on request only.
public enum FFmpegLog {
    /// What one thread logged since ``begin()``: calls and what they log share a thread.
    struct Heard {
        var lastLine: String?
        var demuxer = DemuxerFaults()
        /// The last `ETag` of an HTTP server's answers.
        var etag: String?
    }

    /// Holds a thread's lines, which nobody but the thread itself touches; it goes with the thread.
    private final class Lines {
        var heard = Heard()
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let code = pthread_key_create(&key) { lines in
            lines.map { Unmanaged<Lines>.fromOpaque($0).release() }
        }
        precondition(code == 0, "the process has too many thread-specific values")
        return key
    }()

    /// The calling thread's lines.
    private static var own: Lines {
        if let known = pthread_getspecific(key) {
            return Unmanaged<Lines>.fromOpaque(known).takeUnretainedValue()
        }
        let lines = Lines()
        pthread_setspecific(key, Unmanaged.passRetained(lines).toOpaque())
        return lines
    }

    private static let captured = Atomic<Bool>(false)

    /// Takes FFmpeg's log over for the whole process; nothing of it goes to stderr any more.
    ///
    /// Decoders conceal damage and say so in their log only. Where it is captured, every damaged
    /// frame is known and errors quote FFmpeg's last line; where it is not, an input warns
    /// (`reduced_damage_detection`). Call it once before the first input is opened.
    ///
    /// Wraps `av_log_set_callback`.
    public static func capture() {
        guard !captured.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // SVT-AV1 prints its settings by itself unless it is asked not to.
        setenv("SVT_LOG", "1", 0)
        av_log_set_callback { context, level, format, arguments in
            guard let format, let arguments, let reader = Reader(context, level, format) else {
                return
            }
            var line = [CChar](repeating: 0, count: 512)
            var printPrefix: Int32 = 0
            av_log_format_line(
                context, level, format, arguments, &line, Int32(line.count), &printPrefix)
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let text = String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { reader.take(text) }
        }
    }

    /// Whether ``capture()`` was called.
    static var isCaptured: Bool { captured.load(ordering: .acquiring) }

    /// Forgets what the calling thread logged, before calls whose lines are asked for.
    static func begin() { own.heard = Heard() }

    /// The calling thread's last error since ``begin()``, without credentials; each line is given
    /// once.
    static func takeLastLine() -> String? {
        let lines = own
        defer { lines.heard.lastLine = nil }
        return lines.heard.lastLine.map(withoutCredentials(in:))
    }

    /// What the calling thread's demuxers said since ``begin()`` or the previous call.
    static func takeDemuxerFaults() -> DemuxerFaults {
        let lines = own
        defer { lines.heard.demuxer = DemuxerFaults() }
        return lines.heard.demuxer
    }

    /// What an HTTP server called the version of what the calling thread opened since ``begin()``.
    static func takeETag() -> String? {
        let lines = own
        defer { lines.heard.etag = nil }
        return lines.heard.etag
    }

    private static func note(_ change: (inout Heard) -> Void) { change(&own.heard) }

    /// A line that somebody wants to read, and who.
    private enum Reader {
        case error(mark: Int64)
        case decoder(mark: Int64)
        case demuxer(level: Int32, position: Int64)
        case header

        /// Nil for what nobody reads, which is nearly everything: it costs a look at the level.
        init?(_ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>) {
            let isPacketNote = level == AV_LOG_DEBUG && DemuxerFaults.isPacketNote(format)
            let isConcealment = level == AV_LOG_INFO && strncmp(format, "concealing", 10) == 0
            // FFmpeg tells a server's header nowhere else.
            let isHeader = level == AV_LOG_TRACE && strncmp(format, "header='", 8) == 0
            guard level <= AV_LOG_WARNING || isPacketNote || isConcealment || isHeader else {
                return nil
            }
            if isHeader {
                self = .header
            } else if let context, ms_is_demuxer(context) != 0, !isConcealment {
                self = .demuxer(level: level, position: ms_demuxer_position(context))
            } else if level <= AV_LOG_ERROR {
                self = .error(mark: ms_logging_mark(context))
            } else if isConcealment {
                self = .decoder(mark: ms_logging_mark(context))
            } else {
                return nil
            }
        }

        func take(_ line: String) {
            switch self {
            case .error(let mark):
                FFmpegLog.note { $0.lastLine = line }
                DecoderFaults.note(mark: mark, line: line)
            case .decoder(let mark): DecoderFaults.note(mark: mark, line: line)
            case .header:
                let field = line.drop { $0 != "'" }.dropFirst().split(separator: ":", maxSplits: 1)
                guard field.count == 2, field[0].lowercased() == "etag" else { return }
                let value = field[1].dropLast().trimmingCharacters(in: .whitespaces)
                FFmpegLog.note { $0.etag = value }
            case .demuxer(let level, let position):
                FFmpegLog.note { heard in
                    if level <= AV_LOG_ERROR { heard.lastLine = line }
                    heard.demuxer.note(line, level: level, position: position)
                }
            }
        }
    }
}
