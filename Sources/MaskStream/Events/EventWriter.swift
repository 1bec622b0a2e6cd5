import Foundation

/// Writes events as newline-delimited JSON.
public final class EventWriter {
    private let path: String
    private let file: FileHandle
    private let encoder: JSONEncoder

    /// Creates or replaces the events file.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/cannotCreate``.
    public init(path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else {
            throw MaskStreamError(
                .cannotCreate, "the events file cannot be created (\(path))",
                hint: "check that its folder exists and can be written to")
        }
        self.file = file
        encoder = Self.makeEncoder()
    }

    /// Writes one line.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/inputOutput``.
    public func write(_ event: Event) throws {
        do {
            try file.write(contentsOf: Self.line(event, encoder))
        } catch {
            throw MaskStreamError(
                .inputOutput, "the events file cannot be written (\(path))",
                hint: "check the space on the disk", underlying: error)
        }
    }

    /// The line of an event, with its newline.
    static func line(_ event: Event, _ encoder: JSONEncoder = makeEncoder()) throws -> Data {
        try encoder.encode(Line(event: event)) + Data("\n".utf8)
    }

    private static func makeEncoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

/// An event with what every line has: the schema and the type.
private struct Line: Encodable {
    let event: Event

    private enum CodingKeys: String, CodingKey {
        case schema, type, frame, from, to, reason, code, message
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .schema)
        switch event {
        case .start(let start):
            try container.encode("start", forKey: .type)
            try start.encode(to: encoder)
        case .frame(let frame):
            try container.encode("frame", forKey: .type)
            try frame.encode(to: encoder)
        case .threshold(let frame, let from, let to, let reason):
            try container.encode("threshold", forKey: .type)
            try container.encode(frame, forKey: .frame)
            try container.encode(Double(from).rounded(places: 4), forKey: .from)
            try container.encode(Double(to).rounded(places: 4), forKey: .to)
            try container.encode(reason, forKey: .reason)
        case .warning(let code, let message):
            try container.encode("warning", forKey: .type)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
        case .end(let end):
            try container.encode("end", forKey: .type)
            try end.encode(to: encoder)
        }
    }
}
