import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Edits on the disk, and the audit of their changes.
@Suite struct AuditedEditsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> AuditedEdits { try AuditedEdits(in: folder.url.path) }

    private func edits(_ json: String) throws -> Edits {
        try Edits(yaml: Data(json.utf8), name: "json")
    }

    private func audit() throws -> [[String: Any]] {
        try String(contentsOfFile: folder.path("audit.ndjson"), encoding: .utf8)
            .split(separator: "\n").map {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
            }
    }

    @Test func editsAreReplacedWithTheirTagAlone() throws {
        let file = try open()
        let (none, first) = try file.read()
        #expect(none == Edits())
        let kept = try edits(#"{"tracks": {"3": "keep"}}"#)
        let second = try #require(try file.replace(with: kept, tagged: first))
        #expect(try file.read().edits == kept && file.read().tag == second)
        let hidden = try edits(#"{"tracks": {"3": "hide"}}"#)
        #expect(try file.replace(with: hidden, tagged: first) == nil)
        #expect(try file.read().edits == kept)
        // The same edits again are no change.
        #expect(try file.replace(with: kept, tagged: second) == second)
        let third = try #require(try file.replace(with: hidden, tagged: second))
        let lines = try audit()
        #expect(lines.map { $0["before"] as? String } == [first, second])
        #expect(lines.map { $0["after"] as? String } == [second, third])
        let change = try #require((lines[1]["changes"] as? [[String: Any]])?.first)
        #expect(change["what"] as? String == "tracks.3")
        #expect(change["before"] as? String == "keep" && change["after"] as? String == "hide")
    }

    @Test func aDamagedAuditIsNamed() throws {
        _ = try folder.write(Data("{}\n".utf8), to: "audit.ndjson")
        let error = #expect(throws: MaskStreamError.self) { _ = try open() }
        #expect(error?.code == .badData && error?.message.contains("audit.ndjson") == true)
    }

    /// Killed between the audit's line and the file, and changed by hand.
    @Test func whatTheAuditDoesNotTellIsFound() throws {
        do {
            let file = try open()
            _ = try file.replace(
                with: edits(#"{"tracks": {"3": "keep"}}"#), tagged: file.read().tag)
        }
        let path = folder.path("edits.yaml")
        let mine = try Data(contentsOf: URL(fileURLWithPath: path))
        do {
            let file = try open()
            _ = try file.replace(
                with: edits(#"{"tracks": {"3": "hide"}}"#), tagged: file.read().tag)
        }
        try mine.write(to: URL(fileURLWithPath: path))
        #expect(try open().read().edits == edits(#"{"tracks": {"3": "keep"}}"#))
        try Data("tracks: {4: hide}\n".utf8).write(to: URL(fileURLWithPath: path))
        let tag = try open().read().tag
        let lines = try audit()
        #expect(lines.compactMap { $0["type"] as? String } == ["edit", "edit", "found", "found"])
        #expect(lines.last?["after"] as? String == tag)
        #expect(lines[2]["after"] as? String == lines[0]["after"] as? String)
        _ = try open()
        #expect(try audit().count == 4)
    }

    @Test func damagedEditsAreRefusedAndStayAsTheyAre() throws {
        let path = try folder.write(Data("tracks: {3: show}\n".utf8), to: "edits.yaml")
        #expect(throws: MaskStreamError.self) { try open() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "tracks: {3: show}\n")
    }
}
