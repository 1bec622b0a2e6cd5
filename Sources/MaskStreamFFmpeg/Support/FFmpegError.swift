internal import CFFmpeg
import MaskStream

/// A failed call into FFmpeg: its code, what was attempted, and what FFmpeg said last.
public struct FFmpegError: Error, Sendable, CustomStringConvertible {
    /// FFmpeg's negative error code (`AVERROR`).
    public let code: Int32
    /// What was attempted, as `open`, `decode`, `write`.
    public let operation: String
    /// The file or URL concerned, without credentials.
    public let path: String
    /// The last warning or error FFmpeg logged before the call failed.
    public let lastLogLine: String?

    /// FFmpeg's own words for the code.
    ///
    /// Wraps `av_strerror`.
    public var reason: String {
        var text = [CChar](repeating: 0, count: 256)
        guard av_strerror(code, &text, text.count) == 0 else { return "error \(code)" }
        return text.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// One line: operation, reason, and FFmpeg's last word.
    public var description: String {
        let said = lastLogLine.map { ": \($0)" } ?? ""
        return "\(operation): \(reason)\(said)"
    }
}

/// FFmpeg's negative return codes that are no errors.
enum ReturnCode {
    static let again = ms_averror(EAGAIN)
    static let endOfFile = ms_averror_eof()
}

/// The value of "no timestamp" (`AV_NOPTS_VALUE`).
let noTimestamp = ms_nopts()

/// Passes a non-negative return code on and throws a negative one as ``FFmpegError``.
@discardableResult
func check(_ code: Int32, _ operation: String, _ path: String) throws -> Int32 {
    guard code < 0 else { return code }
    throw FFmpegError(
        code: code, operation: operation, path: path, lastLogLine: FFmpegLog.takeLastLine())
}
