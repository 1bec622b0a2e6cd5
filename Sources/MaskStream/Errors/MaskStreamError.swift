import Foundation

/// An error that says what went wrong, where, and what to do about it.
public struct MaskStreamError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; each kind has its own exit status (`sysexits.h`).
    public enum Code: Int32, Sendable, CaseIterable {
        /// The command line or an argument is wrong.
        case usage = 64
        /// The input cannot be decoded, or it ends early.
        case badData = 65
        /// The input does not exist or cannot be read.
        case noInput = 66
        /// Something present cannot be used: a busy camera, an encoder, the inference library.
        case unavailable = 69
        /// A stage or a model failed while it ran.
        case software = 70
        /// The output cannot be created.
        case cannotCreate = 73
        /// Reading or writing failed on the way.
        case inputOutput = 74
        /// The profile or one of its models is missing or invalid.
        case configuration = 78
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, with the name of the file, the frame or the key.
    public let message: String
    /// What the user can do, as one sentence; nil where nothing is known.
    public let hint: String?
    /// The error that caused this one, if any.
    public let underlying: (any Error)?
    /// True when the reader of a pipe went away: it knows why, so nothing is printed.
    public let isBrokenPipe: Bool

    /// Makes an error of a kind with its message.
    public init(
        _ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil,
        isBrokenPipe: Bool = false
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.underlying = underlying
        self.isBrokenPipe = isBrokenPipe
    }

    /// What to do about an `errno`: where too many files are open, the same everywhere.
    package static func hint(_ code: Int32, otherwise: String? = nil) -> String? {
        switch code {
        case EMFILE: "allow more open files first, as with `ulimit -n 4096`"
        case ENFILE: "close other programs: the system has too many files open"
        default: otherwise
        }
    }

    /// The message alone, as it is printed after `error:`.
    public var description: String { message }
}
