/// A failed call into ONNX Runtime: its code, what was attempted, and the library's own words.
public struct OnnxError: Error, Sendable, CustomStringConvertible {
    /// The library's code (`OrtErrorCode`): 1 general, 2 invalid argument, 7 invalid protobuf, ...
    public let code: Int32
    /// What was attempted, as `load`, `bind`, `run`.
    public let operation: String
    /// What the library said, on one line.
    ///
    /// From `OrtApi.GetErrorMessage`.
    public let message: String

    /// One line: operation and message.
    public var description: String { "\(operation): \(message)" }
}
