import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

@Suite struct LineReaderTests {
    @Test(arguments: [
        ("", []), ("one", ["one"]), ("one\ntwo\n", ["one", "two"]), ("\n\nend", ["", "", "end"]),
    ])
    func readsLines(text: String, lines: [String]) throws {
        #expect(try read(text) == lines)
    }

    @Test("Lines longer than what is read at once")
    func readsLongLines() throws {
        let lines = (1...5).map { String(repeating: "\($0)", count: 40_000 * $0) }
        #expect(try read(lines.joined(separator: "\n")) == lines)
    }

    private func read(_ text: String) throws -> [String] {
        let folder = try TemporaryFolder()
        var reader = try LineReader(folder.write(Data(text.utf8), to: "lines"))
        var lines: [String] = []
        while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        return lines
    }
}
