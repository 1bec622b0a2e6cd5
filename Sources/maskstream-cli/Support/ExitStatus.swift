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
    /// the error, the file that holds what was good, and the output that is complete all the same.
    static func report(
        _ error: MaskStreamError, of input: String? = nil, leftover: String? = nil,
        complete: String? = nil
    ) {
        guard !error.isBrokenPipe else { return }
        let hint = error.hint ?? hint(for: error.code)
        var rest = leftover.map { hint.contains($0) ? "" : "; what was good is in \($0)" } ?? ""
        if let complete { rest += "; the output is complete (\(complete))" }
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
