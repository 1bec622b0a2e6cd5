import Foundation

/// The events of a run, read from their file.
package struct EventReader {
    private let path: String
    private var lines: [Data]
    private var number = 0
    private let decoder = JSONDecoder()

    /// Reads a file of events that one input wrote.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where it cannot be read.
    package init(_ path: String) throws {
        self.path = path
        lines = try contents(ofFile: path).split(separator: UInt8(ascii: "\n"))
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }

    /// The next event; nil behind the last.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` naming a line that is no event.
    package mutating func next() throws -> Event? {
        guard number < lines.count else { return nil }
        defer { number += 1 }
        do { return try decoder.decode(EventLine.self, from: lines[number]).event } catch {
            throw MaskStreamError(
                .badData, "line \(number + 1) is no event (\(path))",
                hint: "mask the part again with --events", underlying: error)
        }
    }
}
