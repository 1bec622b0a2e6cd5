import Foundation

/// Writes events as newline-delimited JSON; whole lines, from any queue.
public final class EventWriter: Sendable {
    private let path: String
    private let reads: ReadFiles
    private let out: Confined<(file: FileHandle, encoder: JSONEncoder)>

    private static let what = "the events file"

    /// Creates or empties the events file; a device or a pipe is written as it is.
    ///
    /// - Parameters:
    ///   - path: the file's path.
    ///   - reads: the files that must not be written.
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/cannotCreate``.
    public init(path: String, reads: ReadFiles = ReadFiles()) throws {
        self.path = path
        self.reads = reads
        let file = try LineFile.open(path, Self.what, reads: reads)
        out = Confined((file, Self.makeEncoder()), label: "maskstream.events")
    }

    /// Goes on in a new file of the same name, after the old one was moved away; where it was not,
    /// in the old one.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/cannotCreate``; lines then go
    ///   on into the old file.
    public func reopen() throws {
        try out.sync { out in
            guard FileIdentity(path) != FileIdentity(descriptor: out.file.fileDescriptor) else {
                return
            }
            out.file = try LineFile.open(path, Self.what, reads: reads)
        }
    }

    /// Writes one line; `input` names the input where there are several.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/inputOutput``.
    public func write(_ event: Event, input: String? = nil) throws {
        do {
            try out.sync { out in
                try out.file.write(contentsOf: Self.line(event, input: input, out.encoder))
            }
        } catch {
            throw MaskStreamError(
                .inputOutput, "the events file cannot be written (\(path))",
                hint: "check the space on the disk", underlying: error)
        }
    }

    /// The line of an event, with its newline.
    static func line(
        _ event: Event, input: String? = nil, _ encoder: JSONEncoder = makeEncoder()
    ) throws -> Data {
        try encoder.encode(Line(event: event, input: input)) + Data("\n".utf8)
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
    let input: String?

    private enum CodingKeys: String, CodingKey {
        case schema, type, input, frame, from, to, reason, code, message
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .schema)
        try container.encodeIfPresent(input, forKey: .input)
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
