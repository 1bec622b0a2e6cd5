import Foundation

/// The events of a run, read from their file.
package struct EventReader {
    private let path: String
    private var lines: LineReader
    private var number = 0
    private let decoder = JSONDecoder()

    /// Where the next event's line begins, in bytes of the file.
    package var offset: Int { lines.offset }

    /// Reads a file of events that one input wrote, from a line on that begins at some byte.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where it cannot be read.
    package init(_ path: String, from offset: Int = 0) throws {
        self.path = path
        lines = try LineReader(path, from: offset)
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }

    /// The next event; nil behind the last.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` naming a line that is no event.
    package mutating func next() throws -> Event? {
        guard let line = try lines.next() else { return nil }
        number += 1
        do { return try decoder.decode(EventLine.self, from: line).event } catch {
            throw MaskStreamError(
                .badData, "line \(number) is no event (\(path))",
                hint: "run again what wrote the events", underlying: error)
        }
    }
}
