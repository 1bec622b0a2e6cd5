import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// A file that only grows.
@Suite struct GrowingFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("audit.ndjson") }

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> GrowingFile { try GrowingFile(path, "the audit") }

    private func content() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func linesAreAddedAndTheLastOneIsKnown() throws {
        do {
            let file = try open()
            #expect(try file.lastLine() == nil)
            try file.append(Data("one".utf8))
            try file.append(Data("two".utf8))
        }
        let file = try open()
        #expect(try file.lastLine() == Data("two".utf8))
        try file.append(Data("three".utf8))
        #expect(try content() == "one\ntwo\nthree\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test(arguments: ["one\ntw", "one\n{\"a\":", "one\n"])
    func whatWasNotFinishedIsCutOff(content: String) throws {
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        let file = try open()
        #expect(try file.lastLine() == Data("one".utf8))
        try file.append(Data("two".utf8))
        #expect(try self.content() == "one\ntwo\n")
    }

    @Test func oneProgramHoldsIt() throws {
        let file = try open()
        #expect(throws: MaskStreamError.self) { try open() }
        try file.append(Data("one".utf8))
    }

    @Test func linksAndFoldersAreRefused() throws {
        let target = try folder.write(Data("kept".utf8), to: "target")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        #expect(throws: MaskStreamError.self) { try open() }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept")
        #expect(throws: MaskStreamError.self) { try GrowingFile(folder.url.path, "the audit") }
    }
}
