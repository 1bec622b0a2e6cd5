import Foundation

/// Writes events as newline-delimited JSON; whole lines, from any queue.
public final class EventWriter: Sendable {
    private let path: String
    private let reads: ReadFiles
    private let out: Confined<Out>

    private struct Out {
        var file: FileHandle
        /// Whether what the file held before is gone.
        var isEmptied = false
        let encoder = makeEncoder()
    }

    private static let what = "the events file"

    /// Creates or opens the events file; a device or a pipe is written as it is.
    ///
    /// What an old file holds stays until the first event is written: whoever is refused before
    /// destroys nothing.
    ///
    /// - Parameters:
    ///   - path: the file's path.
    ///   - reads: the files that must not be written.
    ///   - isPrivate: whether nobody but its owner may read a new file.
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/cannotCreate``.
    public init(path: String, reads: ReadFiles = ReadFiles(), isPrivate: Bool = false) throws {
        self.path = path
        self.reads = reads
        let file = try LineFile.open(path, Self.what, reads: reads, isPrivate: isPrivate)
        out = Confined(Out(file: file), label: "maskstream.events")
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
            out.isEmptied = false
        }
    }

    /// Writes one line; `input` names the input where there are several.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/inputOutput``.
    public func write(_ event: Event, input: String? = nil) throws {
        do {
            try out.sync { out in
                if !out.isEmptied { try LineFile.empty(out.file, path, Self.what) }
                out.isEmptied = true
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
        try encoder.encode(EventLine(event: event, input: input)) + Data("\n".utf8)
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
