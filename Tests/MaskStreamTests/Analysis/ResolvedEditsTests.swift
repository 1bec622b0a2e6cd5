import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Edits whose tracks are named with moments, in an analysis.
@Suite struct ResolvedEditsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Three scenes, ten frames a second: tracks 1 and 2 from 0, 0.5 and 1 s on, 2 alone at 0.8 and 0.9 s.
    private func index() throws -> FrameIndex {
        let lines = (0..<15).map { frame in
            let tracks = [8, 9].contains(frame) ? [2] : [1, 2]
            let subjects = tracks.map {
                """
                {"box":[0,0,4,4],"confidence":null,"label":null,"scores":null,"track":\($0)}
                """
            }
            return """
                {"findings":{\(frame % 5 == 0 ? "\"begins_scene\":true," : "")"subjects":[],\
                "threshold":0.5},"frame":\(frame),"kept":0.1,"miss":null,"primary":"none",\
                "pts":\(frame),"schema":1,"subjects":[\(subjects.joined(separator: ","))],\
                "threshold":0.5,"time":\(Double(frame) / 10),"type":"frame"}
                """
        }
        let text = lines.joined(separator: "\n") + "\n"
        return try FrameIndex(ofEvents: folder.write(Data(text.utf8), to: "events.ndjson")) { _ in }
    }

    private func resolved(_ text: String) throws -> Edits {
        try Edits(yaml: Data(text.utf8), name: "edits.yaml").resolved(
            by: index(), name: "edits.yaml")
    }

    /// `keep 2 0.5`: kept from then on; `hide 2 0.5-1`: hidden in that scene.
    private func words(_ edits: Edits) -> [String] {
        edits.tracks.map { track in
            let scene = track.scene.map { scene in
                [scene.lowerBound, scene.upperBound].map { String(format: "%.1f", $0 + 1e-6) }
                    .joined(separator: "-")
            }
            let times = track.confirmed.map { "\($0)" }.joined(separator: ",")
            let rest = track.action == .keep ? times : scene ?? "every"
            return "\(track.action) \(track.number) \(rest)"
        }
    }

    @Test(arguments: [
        ("tracks: {1: keep, 2: hide}", ["keep 1 ", "hide 2 every"]),
        ("tracks: {1@0.5: hide}", ["hide 1 0.5-1.0"]),
        ("tracks: {2@1.35: keep}", ["keep 2 1.3"]),
        ("people: {A: [1@0, 2@0.5]}", []),
        ("{people: {A: [1@0, 2@0.5]}, tracks: {1@0.2: keep}}", ["keep 1 0.2", "keep 2 0.5"]),
        (
            "{people: {A: [1@0, 2@0.5]}, tracks: {2@0.9: hide}}",
            ["hide 2 0.5-1.0", "hide 1 0.0-0.5"]
        ),
        // A number alone is hidden in every scene, and kept in that of its first or its confirmed frame.
        (
            "{people: {A: [2@0, 1@0.5]}, tracks: {2: hide}}", ["hide 2 every", "hide 1 0.5-1.0"]
        ),
        ("{people: {A: [1@0, 2@0.5]}, tracks: {1: keep}}", ["keep 1 ", "keep 2 0.5"]),
        ("{people: {A: [1@0.5, 2@1]}, tracks: {1: keep}}", ["keep 1 "]),
        (
            "{people: {A: [1@0.5, 2@1]}, tracks: {1: {do: keep, confirmed: [0.6]}}}",
            ["keep 1 0.6", "keep 2 1.0"]
        ),
        (
            "{people: {A: [1@0, 1@0.3, 2@0.7]}, tracks: {2@0.7: keep}}",
            ["keep 2 0.7", "keep 1 0.0", "keep 1 0.3"]
        ),
        // Nobody has said that the others are the same.
        ("{people: {A: [1@0, 2@0.5]}, tracks: {2@0: keep}}", ["keep 2 0.0"]),
        ("{people: {A: [1@0, 2@0.5]}, refused: [1@1]}", []),
    ])
    func whatIsDoneToOneIsDoneToAll(text: String, wanted: [String]) throws {
        let edits = try resolved(text)
        #expect(words(edits) == wanted)
        #expect(edits.people.isEmpty)
    }

    @Test(arguments: [
        ("tracks: {1@0.8: hide}", ["tracks.1@0.8", "no track 1 at 0.8 s"]),
        ("people: {A: [1@0, 3@0.5]}", ["people.A", "no track 3"]),
        ("people: {A: [1@0, 2@0.5], B: [2@0.7]}", ["people.B has 2@0.7", "people.A"]),
        (
            "{people: {A: [1@0, 2@0.5]}, tracks: {1@0.2: keep, 2@0.6: hide}}",
            ["people.A", "tracks.1@0.2 is to keep", "tracks.2@0.6 is to hide"]
        ),
        (
            "{people: {A: [1@0, 2@0.5]}, tracks: {1: keep, 2: hide}}",
            ["people.A", "tracks.1 is to keep", "tracks.2 is to hide"]
        ),
        (
            "{people: {A: [1@0, 2@0.5]}, tracks: {1: {do: keep, confirmed: [0.2]}, 1@0.3: hide}}",
            ["people.A", "tracks.1 is to keep", "tracks.1@0.3 is to hide"]
        ),
    ])
    func whatCannotBeIsNamed(text: String, words: [String]) {
        #expect {
            _ = try resolved(text)
        } throws: { error in
            (error as? MaskStreamError)?.code == .configuration
                && words.allSatisfy("\(error)".contains)
        }
    }

    @Test(arguments: ["1", "0@1", "1@", "@1", "1@-1", "1@nan", "1@1@1", "a@1", "1@1s", ""])
    func whatNamesNoTrack(text: String) { #expect(TrackMoment(text) == nil) }

    @Test(arguments: ["1@0", "12@12.5", "3@0.04", "2@3600.123457"])
    func aNameIsReadAsItIsWritten(text: String) throws {
        #expect(try #require(TrackMoment(text)).description == text)
    }
}
