import Foundation
import MaskStreamTestSupport
import Testing

/// `--certificate`: what can be said of a masked output without showing anything of it.
@Suite struct CertificateTests {
    let bench: Workbench
    /// Ten frames; in the middle four of them a bright square is to be hidden.
    let clip: String

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "square.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1,format=yuv420p"]
                + [
                    "-vf",
                    "drawbox=x=4:y=4:w=12:h=12:color=0xd0d0d0:t=fill:enable='between(n,3,6)'",
                ]
                + ["-c:v", "ffv1"])
    }

    private func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
    }

    private func json(_ name: String = "c.json") throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: bytes(name)) as? [String: Any])
    }

    private func sha256(_ path: String) throws -> String {
        String(try runProgram(["sha256sum", path]).lines[0].prefix(64))
    }

    private func hiding(_ more: [String] = [], to name: String = "out.mkv") -> [String] {
        bench.masking(clip, to: name, ["--codec", "ffv1", "--invert", "--certificate"])
            + [bench.path("c.json")] + more
    }

    private func hash(_ name: String, of record: [String: Any]) -> String? {
        (record[name] as? [String: Any])?["sha256"] as? String
    }

    @Test func aRecordCountsAndShowsNothing() throws {
        try expectStatus(0, hiding())
        let record = try json()
        #expect(record["schema"] as? Int == 1 && record["exit"] as? Int == 0)
        #expect(try hash("input", of: record) == sha256(clip))
        #expect(try hash("output", of: record) == sha256(bench.path("out.mkv")))
        #expect(try hash("program", of: record) == sha256(Program.path))
        #expect(
            try record["fingerprint"] as? String
                == expectStatus(0, ["fingerprint", "-p", bench.light]).lines.first)
        let frames = try #require(record["frames"] as? [String: Int])
        #expect(
            frames == ["read": 10, "written": 10, "without_subject": 6, "damaged": 0, "corrupt": 0])
        let hidden = try #require(record["hidden"] as? [String: Any])
        let when = try #require(hidden["when"] as? [String: Any])
        #expect(hidden["most"] as? Int == 1 && when["frames"] as? Int == 4)
        let spans = try #require(when["spans"] as? [[String: Double]])
        #expect(spans == [["from": 0.3, "to": 0.7, "frames": 4]])
        #expect(record["shown"] == nil && record["verification"] == nil && record["edits"] == nil)
        // Nothing of it tells a place or a name.
        let text = String(decoding: try bytes("c.json"), as: UTF8.self)
        for word in ["box", "square.mkv", "out.mkv", bench.folder.url.path] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func twoRunsGiveTheSameBytes() throws {
        try expectStatus(0, hiding())
        let first = try bytes("c.json")
        try expectStatus(0, hiding(["--overwrite"]))
        #expect(try bytes("c.json") == first)
    }

    @Test func aSecondLookIsToldWithWhatItFound() throws {
        // The threshold hides nothing of the square, which the look finds.
        let finder = try TestProfile().write(to: bench.folder, as: "finder")
        let look = ["--threshold", "1", "--verify-with", finder]
        try expectStatus(70, hiding(look), says: ["finder still finds"])
        let record = try json()
        #expect(record["exit"] as? Int == 70)
        #expect(try hash("output", of: record) == sha256(bench.path("out.mkv.part")))
        let verification = try #require(record["verification"] as? [String: Any])
        for (name, value) in ["frames": 10, "unexamined": 0, "findings": 1, "scenes": 1] {
            #expect(verification[name] as? Int == value, "\(name)")
        }
        #expect((verification["profile"] as? [String: String])?["name"] == "finder")
        #expect(verification["level"] as? Double == 0.2)
        #expect(verification["same_estimator"] as? Bool == true)
        let recall = try #require(verification["recall"] as? [String: Any])
        #expect(recall["value"] is NSNull)
        #expect((recall["reason"] as? String)?.hasPrefix("not measured") == true)
    }

    @Test func damageIsTold() throws {
        let undefined = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        try expectStatus(
            0,
            [clip, "--profile", undefined, "-o", bench.path("out.mkv"), "--invert"]
                + ["--certificate", bench.path("c.json")])
        let whole = try #require(json()["masked_whole"] as? [String: Any])
        #expect(whole["frames"] as? Int == 10)
        #expect(
            whole["spans"] as? [[String: Double]] == [["from": 0, "to": 1, "frames": 10]])
    }

    /// Only a complete output has a record.
    @Test func aRunThatFailsLeavesNone() throws {
        let failing = try TestProfile.failing.write(to: bench.folder, as: "failing")
        try expectStatus(
            70,
            [clip, "--profile", failing, "-o", bench.path("out.mkv"), "--invert"]
                + ["--certificate", bench.path("c.json")])
        #expect(!bench.has("c.json") && !bench.has("c.json.part"))
        try expectStatus(70, hiding(["--fail-on-gap", "0.01", "--start", "0.8"]))
        #expect(!bench.has("c.json"))
    }

    @Test("A file in its place stays without --overwrite, but for the record of a refused output")
    func another() throws {
        let notes = Data("my notes".utf8)
        _ = try bench.folder.write(notes, to: "c.json")
        try expectStatus(73, hiding(), says: ["the certificate exists", "--overwrite"])
        #expect(try bytes("c.json") == notes)
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
        try expectStatus(0, hiding(["--overwrite"]))
        let first = try bytes("c.json")
        try expectStatus(73, hiding(to: "other.mkv"), says: ["the certificate exists"])
        #expect(try bytes("c.json") == first)
        // A finished output is made again with its record.
        let record = ["--receipt", bench.path("r.json"), "--skip-done"]
        try expectStatus(0, hiding(record + ["--overwrite"]))
        try expectStatus(0, hiding(record + ["--threshold", "0.9"]))
        #expect(try bytes("c.json") != first)
        let look = ["--threshold", "1", "--verify-with", bench.light]
        try expectStatus(70, hiding(look + ["--overwrite"]))
        try expectStatus(0, hiding(to: "third.mkv"))
        #expect(try json()["exit"] as? Int == 0)
    }

    @Test func severalOutputsHaveOneEach() throws {
        try expectStatus(
            0,
            [clip, bench.clip, "--profile", bench.light, "--output-dir", bench.path("out")]
                + ["--certificate", bench.path("records"), "--receipt", bench.path("receipts")])
        for name in ["square.mkv", "clip.mkv"] {
            let record = try json("records/\(name).certificate.json")
            #expect(try hash("output", of: record) == sha256(bench.path("out/\(name)")))
            #expect(record["shown"] != nil && record["hidden"] == nil)
            let receipt = try json("receipts/\(name).receipt.json")
            #expect(
                try hash("certificate", of: receipt)
                    == sha256(bench.path("records/\(name).certificate.json")))
        }
    }

    @Test func nothingThatIsReadIsReplaced() throws {
        let profile = bench.light + "/profile.yaml"
        for path in [clip, profile] {
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            try expectStatus(
                73, bench.masking(clip, to: "out.mkv", ["--certificate", path]),
                says: ["would replace an input"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
        try expectStatus(
            64, bench.masking(clip, to: "out.mkv", ["--certificate", bench.path("out.mkv")]),
            says: ["--certificate", "one file"])
        try expectStatus(
            64,
            [clip, "--profile", bench.light, "--events", bench.path("e")]
                + ["--certificate", bench.path("c.json")], says: ["one file"])
    }
}
