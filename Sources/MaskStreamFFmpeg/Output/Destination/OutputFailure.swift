internal import CFFmpeg
import Foundation
import MaskStream

/// Turns FFmpeg's answers on the output side into errors for people.
enum OutputFailure {
    /// A write, a flush or a close that failed.
    static func writing(_ code: Int32, _ operation: String, _ path: String) -> MaskStreamError {
        let cause = FFmpegError(
            code: code, operation: operation, path: path, lastLogLine: FFmpegLog.takeLastLine())
        switch -code {
        case EPIPE:
            return MaskStreamError(
                .inputOutput, "the reader of the output is gone (\(path))", underlying: cause,
                isBrokenPipe: true)
        case ENOSPC, EDQUOT:
            return MaskStreamError(
                .inputOutput, "no space left for the output (\(path))",
                hint: "free some space, or write to another disk", underlying: cause)
        default:
            return MaskStreamError(
                .inputOutput, "\(operation) failed: \(cause.reason) (\(path))\(said(cause))",
                underlying: cause)
        }
    }

    /// A file, device or URL that cannot be opened for writing.
    static func creating(_ code: Int32, _ path: String) -> MaskStreamError {
        let cause = FFmpegError(
            code: code, operation: "create", path: path, lastLogLine: FFmpegLog.takeLastLine())
        let hint =
            switch -code {
            case ENOENT: "make the folder first"
            case EACCES, EPERM, EROFS: "choose a folder you may write to"
            default: MaskStreamError.hint(-code, otherwise: "check the name of the output")
            }
        return MaskStreamError(
            .cannotCreate, "cannot create the output: \(cause.reason) (\(path))", hint: hint,
            underlying: cause)
    }

    /// FFmpeg's last word in brackets, where it adds something.
    static func said(_ error: FFmpegError) -> String {
        error.lastLogLine.map { " [\($0)]" } ?? ""
    }
}
