/// Something the user should know about the input or the output that does not stop the run.
public struct MediaWarning: Hashable, Sendable, CustomStringConvertible {
    /// A short fixed name for programs, in snake_case, as `dropped_stream`.
    public let code: String
    /// One sentence for people, with names and numbers.
    public let message: String

    /// Makes a warning of a code and its sentence.
    public init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence alone.
    public var description: String { message }
}

/// Where the input and the output half report warnings; called on the thread that found them.
public typealias WarningReport = @Sendable (MediaWarning) -> Void
