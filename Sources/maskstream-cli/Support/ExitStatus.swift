import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The program's way out: every error becomes `error:` and `hint:` lines and a status of the table
/// in the README.
enum ExitStatus {
    /// A file's run was stopped by a signal.
    static let interrupted: Int32 = 130

    /// The status of an error that a run ended with.
    static func code(of error: any Error) -> Int32 {
        maskStreamError(error)?.code.rawValue ?? MaskStreamError.Code.software.rawValue
    }

    /// Prints `error: what (where)` and `hint: what to do`, with the input where that is not known from
    /// the error, and the file that holds what was good.
    static func report(
        _ error: MaskStreamError, of input: String? = nil, leftover: String? = nil
    ) {
        guard !error.isBrokenPipe else { return }
        let hint = error.hint ?? hint(for: error.code)
        let rest = leftover.map { hint.contains($0) ? "" : "; what was good is in \($0)" } ?? ""
        let name = input.map { "\($0): " } ?? ""
        Console.error(withoutCredentials(in: "error: \(name)\(error.message)"))
        Console.error(withoutCredentials(in: "hint: \(hint)\(rest)"))
    }

    /// What to do where an error itself knows nothing better.
    static func hint(for code: MaskStreamError.Code) -> String {
        switch code {
        case .usage: "maskstream --help shows the options"
        case .badData: "ffprobe shows what the input holds"
        case .noInput: "check the input's name and the rights to read it"
        case .unavailable: "maskstream doctor shows what is missing and what to do about it"
        case .software: "maskstream profiles check NAME runs a profile's models by themselves"
        case .cannotCreate: "check the output's folder and the rights to write there"
        case .inputOutput: "check the space on the disk and the connection"
        case .configuration: "maskstream profiles list shows which profiles are usable"
        }
    }

    /// The project's own error for any error of a run; nil for errors of the command line.
    static func maskStreamError(_ error: any Error) -> MaskStreamError? {
        switch error {
        case let error as MaskStreamError: return error
        case let error as StageError:
            guard let cause = maskStreamError(error.cause) else {
                return MaskStreamError(.software, error.description, underlying: error)
            }
            let place = error.frame.map { ", frame \($0)" } ?? ""
            return MaskStreamError(
                cause.code, "\(cause.message) [\(error.stage)\(place)]", hint: cause.hint,
                underlying: cause, isBrokenPipe: cause.isBrokenPipe)
        case let error as FFmpegError:
            return MaskStreamError(.software, error.description, underlying: error)
        default: return nil
        }
    }
}

/// The terminal's error stream; the standard output carries data only.
enum Console {
    /// Writes a line to the standard error; names of files in it with their own bytes.
    static func error(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").originalBytes))
    }

    /// Writes a line of JSON, which is UTF-8, to the standard error.
    static func json(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Writes a line to the standard output; names of files in it with their own bytes.
    static func output(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").originalBytes))
    }

    /// Writes text without a newline to the standard error.
    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.originalBytes))
    }

    /// Whether a person is looking at the standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal; 80 where it does not say.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
