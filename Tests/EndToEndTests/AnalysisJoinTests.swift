import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream join` of analyses: those of the parts become what one run finds.
@Suite struct AnalysisJoinTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try data(name), as: UTF8.self)
    }

    /// The files of a folder.
    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bench.path(folder)).sorted()
    }

    /// Smooths, looks ahead, holds.
    private func light() throws -> String {
        try TestProfile(
            mask: "  smoothing: 0.8\n  hysteresis: 0.1\n  hold: 0.3", top: "lookahead: 3"
        ).write(to: bench.folder, as: "memory")
    }

    /// Analyzes an input in parts and gives their folders.
    private func analyze(
        _ input: String, _ profile: String, _ splits: [String] = SegmentTests.splits,
        _ more: [String] = []
    ) throws -> [String] {
        try splits.enumerated().map { index, split in
            let folder = bench.path("\(index).maskstream")
            try expectStatus(
                0, ["analyze", input, "-p", profile, "-o", folder, "--segment", split] + more)
            return folder
        }
    }

    /// Analyzes an input whole, and in parts that are joined; all files must be the same.
    private func compare(
        _ input: String, _ profile: String, _ splits: [String] = SegmentTests.splits,
        _ more: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let parts = try analyze(input, profile, splits, more)
        try expectStatus(0, ["analyze", input, "-p", profile, "-o", bench.path("whole")] + more)
        // A model would not load.
        try expectStatus(
            0, ["join"] + parts.reversed() + ["-o", bench.path("joined")],
            environment: ["MASKSTREAM_ONNXRUNTIME": "/nowhere"])
        let files = try names("whole")
        #expect(try names("joined") == files, sourceLocation: sourceLocation)
        for name in files {
            #expect(
                try data("joined/\(name)") == data("whole/\(name)"), "\(name)",
                sourceLocation: sourceLocation)
        }
    }

    // MARK: Joined and whole

    @Test(arguments: SegmentTests.clips)
    func partsAreWhatTheWholeIs(_ clip: SegmentTests.Clip) throws {
        let input = try clip.make(in: bench.folder)
        try compare(input, light(), SegmentTests.splits, clip.more)
    }

    @Test(arguments: SegmentTests.judged)
    func whatThePrimarySaysIsTheSame(_ words: [String]) throws {
        let labels = try bench.folder.write(Data("0,3.5,dark\n3.5,9,bright\n".utf8), to: "l.csv")
        try compare(
            SegmentTests.clips[0].make(in: bench.folder), SegmentTests.judging(in: bench.folder),
            SegmentTests.splits, words.map { $0 == "LABELS" ? labels : $0 })
        // A threshold that moves at a boundary says why, as in one run.
        #expect(try !words.isEmpty || text("joined/events.ndjson").contains("\"move\":\"cut\""))
    }

    /// A person's track goes on across a boundary; another cut lies within a part.
    @Test func tracksOfAllPartsAreCompared() throws {
        let clip = try Clips.make(
            "scenes.mp4", in: bench.folder,
            ["-i", Program.sample("scenes.mp4"), "-an", "-vf", "scale=256:144", "-crf", "10"])
        let profile = "\(Program.checkout)/Profiles/face-emotion"
        try compare(clip, profile, ["0-2.5", "2.5-"])
        #expect(try text("joined/analysis.yaml").contains("continues: 1@0\n"))
        for part in ["0", "1"] {
            #expect(try text("\(part).maskstream/analysis.yaml").contains("proposals: []"))
        }
        let output = ["--codec", "ffv1", "-o"]
        try expectStatus(0, ["render", bench.path("joined")] + output + [bench.path("r.mkv")])
        try expectStatus(0, [clip, "-p", profile] + output + [bench.path("direct.mkv")])
        #expect(try data("r.mkv") == data("direct.mkv"))
    }

    @Test(arguments: [
        ["--estimate-every", "4"], ["--invert", "--estimate-every", "3"], ["--mask-grid", "16"],
    ])
    func everyWayToMakeMapsIsJoined(_ words: [String]) throws {
        try compare(
            SegmentTests.clips[0].make(in: bench.folder), light(), SegmentTests.splits, words)
    }

    /// Frames of which a sample is below a half have no map, here all of the second part.
    @Test func misses() throws {
        let clip = try Clips.make(
            "bright.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=white:size=64x48:rate=10:duration=9"]
                + [
                    "-vf",
                    "drawbox=t=fill:color=black:enable='lt(t,1)+between(t,2.5,4)+between(t,6,6.35)'",
                ] + ["-c:v", "ffv1"])
        let profile = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        try compare(
            clip, profile, ["0-2.5", "2.5-4", "4-"], ["--on-miss", "hold", "--scene-limit", "0.5"])
        let events = try text("joined/events.ndjson")
        #expect(events.contains("\"miss\":\"nan\"") && events.contains("\"miss\":null"))
        #expect(bench.has("joined/maps.mkv") && !bench.has("1.maskstream/maps.mkv"))
    }

    /// Boxes of frames that are stored turned, as an output saw them that keeps the orientation.
    @Test(arguments: [nil, "mp4", "mkv"])
    func turnedVideoIsJoined(_ ending: String?) throws {
        let plain = try SegmentTests.clips[0].make(in: bench.folder)
        let turned = try Clips.make(
            "turned.mp4", in: bench.folder,
            ["-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90"])
        guard let ending else { return try compare(turned, light()) }
        let run = try [turned, "-p", light()]
        var parts: [String] = []
        for (index, split) in SegmentTests.splits.enumerated() {
            parts.append(bench.path("\(index)"))
            try expectStatus(
                0,
                run + ["-o", "\(parts[index]).\(ending)", "--keep-analysis", parts[index]]
                    + ["--segment", split, "--receipt", bench.path("\(index).json")])
        }
        let whole = ["-o", bench.path("whole.\(ending)"), "--keep-analysis", bench.path("whole")]
        try expectStatus(0, run + whole)
        try expectStatus(0, ["join"] + parts + ["-o", bench.path("joined")])
        for name in try names("whole") {
            #expect(try data("joined/\(name)") == data("whole/\(name)"), "\(name)")
        }
        try expectStatus(
            0, ["render", bench.path("joined"), "-o", bench.path("joined.\(ending)")])
        #expect(try data("joined.\(ending)") == data("whole.\(ending)"))
    }

    // MARK: Parts

    @Test func aPartIsAFolderOfItsOwnKind() throws {
        let clip = try SegmentTests.clips[0].make(in: bench.folder)
        let part = bench.path("part")
        let command = ["analyze", clip, "-p", try light(), "-o", part, "--segment"]
        try expectStatus(0, command + ["00:02-00:00:06.25"])
        let manifest = try text("part/analysis.yaml")
        let told = """
            segment:
              begins: 2.8
              ends: 7.32
              from: 2
              seen:
                first: 2.8
                frames_after: 0
                frames_before: 0
                last: 7.28
              to: 6.25

            """
        #expect(manifest.contains(told), "\(manifest)")
        #expect(manifest.contains("\n  frames_out: 113\n"), "\(manifest)")
        #expect(try FileManager.default.rights(part) == 0o700)
        for name in try names("part") {
            #expect(try FileManager.default.rights("\(part)/\(name)") == 0o600, "\(name)")
        }
        for words in [
            ["render", part, "-o", bench.path("o.mkv")], ["review", part],
            ["export", part, "--format", "coco", "-o", bench.path("o.json")],
            ["verify", clip, "--with", bench.light, "--analysis", part],
        ] {
            try expectStatus(65, words, says: ["of a part", part, "maskstream join"])
        }
        try expectStatus(73, command + ["2-6.25"], says: ["exists", "--overwrite"])
        try expectStatus(73, command + ["2-6"], says: ["exists", "--overwrite"])
        try expectStatus(0, command + ["2-6", "--overwrite"])
        // Nothing lies in it.
        try expectStatus(0, command + ["3-4", "--overwrite"])
        #expect(try names("part") == ["analysis.yaml", "events.ndjson"])
        #expect(try !text("part/analysis.yaml").contains("begins"))
    }

    /// Sends a signal to a command as soon as a file holds so many lines.
    private func stop(_ command: [String], _ signal: Int32, at file: String, lines: Int) throws
        -> Int32
    {
        let companion = try Program.start(command)
        let came = try Companion.wait {
            guard bench.has(file) else { return false }
            return try data(file).split(separator: 10).count > lines
        }
        try #require(came && companion.isRunning, "\(companion.errors)")
        return companion.end(signal)
    }

    @Test func aPartThatWasKilledGoesOn() throws {
        let analyze = try bench.longAnalysis() + ["--scene-limit", "2", "-o"]
        let segment = ["--segment", "4-8"]
        try expectStatus(0, analyze + [bench.path("whole")] + segment)
        for lines in [40, 120] {
            _ = try stop(
                analyze + [bench.path("killed")] + segment, SIGKILL, at: "killed/events.ndjson",
                lines: lines)
        }
        try expectStatus(
            64, analyze + [bench.path("killed"), "--segment", "4-9"], says: ["--overwrite"])
        try expectStatus(
            65, ["join", bench.path("killed"), "-o", bench.path("joined")],
            says: ["not done", "killed", "analyze it again: --segment 4-8"])
        try expectStatus(0, analyze + [bench.path("killed")] + segment)
        for name in try names("whole") {
            #expect(try data("killed/\(name)") == data("whole/\(name)"), "\(name)")
        }
        #expect(try names("killed").count == 3)
    }

    @Test func aJoinThatWasStoppedIsNotComplete() throws {
        let analyze = try bench.longAnalysis() + ["--scene-limit", "2", "-o"]
        let parts = ["0-5", "5-"].enumerated().map { (bench.path("\($0)"), $1) }
        for (part, split) in parts {
            try expectStatus(0, analyze + [part, "--segment", split])
        }
        try expectStatus(0, analyze + [bench.path("whole")])
        let join = ["join"] + parts.map(\.0) + ["-o", bench.path("joined")]
        // Either command makes it whole.
        for (signal, command) in [(SIGKILL, join), (SIGINT, analyze + [bench.path("joined")])] {
            let status = try stop(join, signal, at: "joined/events.ndjson", lines: 500)
            #expect(status == (signal == SIGKILL ? SIGKILL : 130))
            try expectStatus(
                65, ["render", bench.path("joined"), "-o", bench.path("no.mkv")],
                says: ["not complete"])
            try expectStatus(0, command)
            #expect(try names("joined") == names("whole"))
            for name in try names("whole") {
                #expect(try data("joined/\(name)") == data("whole/\(name)"), "\(name)")
            }
            try FileManager.default.removeItem(atPath: bench.path("joined"))
        }
    }

    // MARK: What is refused

    @Test func partsThatAreNotOfOneWholeAreRefused() throws {
        let clip = try SegmentTests.clips[0].make(in: bench.folder)
        let profile = try light()
        let parts = try analyze(clip, profile, ["0-2.5", "2.5-5", "5-"])
        let joined = bench.path("joined")
        func refused(_ status: Int32, _ parts: [String], _ words: [String]) throws {
            try expectStatus(status, ["join"] + parts + ["-o", joined], says: words)
            #expect(!bench.has("joined"))
        }
        func other(_ words: [String]) throws -> String {
            let folder = bench.path("other")
            try expectStatus(0, ["analyze", "-o", folder, "--overwrite"] + words)
            return folder
        }
        try refused(
            65, [parts[0], parts[2]], ["0.", "2.", "do not meet", "analyze what is between"])
        try refused(65, [parts[0], parts[1]], ["1.", "analyze the rest: --segment 5-"])
        try refused(65, [parts[1], parts[2]], ["1.", "--segment 0-2.5"])
        try refused(65, parts + [parts[1]], ["do not meet"])
        let overlap = try other([clip, "-p", profile, "--segment", "1-5"])
        try refused(65, [parts[0], overlap, parts[2]], ["do not meet", "other"])
        let options = try other([clip, "-p", profile, "--segment", "2.5-5", "--threshold", "0.4"])
        try refused(65, [parts[0], options, parts[2]], ["--threshold", "0.4"])
        let model = try other([clip, "-p", bench.light, "--segment", "2.5-5"])
        try refused(65, [parts[0], model, parts[2]], ["profile", "other"])
        let input = try other([bench.clip, "-p", profile, "--segment", "0-"])
        try refused(65, [parts[0], input, parts[2]], ["input", "other"])
        let whole = try other([clip, "-p", profile])
        try refused(65, [parts[0], whole, parts[2]], ["no analysis of a part", "--segment"])
        try refused(64, [parts[0], clip], ["with a receipt", parts[0], clip])
        try refused(66, [parts[0], bench.path("none")], ["no analysis", "none"])
        try refused(66, [bench.folder.url.path], ["no analysis"])
        for option in ["--events", "--receipt"] {
            try refused(64, parts + [option, bench.path("e")], [option, parts[0]])
        }
        try expectStatus(
            73, ["join"] + parts + ["-o", parts[1]], says: ["would replace an input", parts[1]])
        try expectStatus(
            73, ["join"] + parts + ["-o", parts[1], "--overwrite"], says: ["would replace an input"]
        )
        try expectStatus(
            65, ["join"] + parts + ["-o", joined, "--input", bench.clip], says: ["not the input"])
        let moved = bench.path("moved.mp4")
        try FileManager.default.moveItem(atPath: clip, toPath: moved)
        try refused(66, parts, ["--input", clip])
        try expectStatus(0, ["join"] + parts + ["-o", joined, "--input", moved])
        try expectStatus(0, ["render", joined, "-o", bench.path("out.mkv")])
        try expectStatus(
            73, ["join"] + parts + ["-o", joined, "--input", moved],
            says: ["exists", "--overwrite"])
        try Data("tracks: {1: hide}".utf8).write(
            to: URL(fileURLWithPath: "\(joined)/edits.yaml"))
        try expectStatus(0, ["join"] + parts + ["-o", joined, "--input", moved, "--overwrite"])
        #expect(try names("joined").contains("earlier-edits.yaml"))
        #expect(try FileManager.default.rights(joined) == 0o700)
        for name in try names("joined") where name != "earlier-edits.yaml" {
            #expect(try FileManager.default.rights("\(joined)/\(name)") == 0o600, "\(name)")
        }
    }

    @Test func partsWhoseFilesAreDamagedAreRefused() throws {
        let clip = try SegmentTests.clips[0].make(in: bench.folder)
        let parts = try analyze(clip, light(), ["0-2.5", "2.5-"])
        let join = ["join"] + parts + ["-o", bench.path("joined")]
        let lines = try text("1.maskstream/events.ndjson").split(separator: "\n")
        let (maps, others) = try (data("1.maskstream/maps.mkv"), data("0.maskstream/maps.mkv"))
        func bytes(_ lines: [Substring]) -> Data { Data(lines.joined(separator: "\n").utf8) }
        let last = URL(fileURLWithPath: bench.path("1.maskstream/maps.mkv"))
        try maps.dropLast().write(to: last)
        try expectStatus(65, join, says: ["damaged", "1.maskstream/maps.mkv"])
        try maps.write(to: last)
        try bench.forgetHashes(of: "1.maskstream")
        let damages: [(name: String, data: Data, says: String)] = [
            ("maps.mkv", maps.prefix(maps.count / 2), "analyze the part again"),
            ("maps.mkv", others, "no map"),
            ("events.ndjson", bytes(Array(lines.prefix(20))), "more maps than frames"),
            ("events.ndjson", bytes(Array(lines.prefix(20) + lines.dropFirst(21))), "has no map"),
            ("events.ndjson", bytes(Array(lines.dropFirst())), "do not begin"),
            ("events.ndjson", Data("{".utf8), "no event"),
        ]
        for (name, damaged, says) in damages {
            let file = URL(fileURLWithPath: bench.path("1.maskstream/\(name)"))
            let before = try Data(contentsOf: file)
            try damaged.write(to: file)
            try expectStatus(
                65, join, says: [says, "1.maskstream/\(name == "maps.mkv" ? name : "")"])
            try expectStatus(
                65, ["render", bench.path("joined"), "-o", bench.path("no.mkv")],
                says: ["not complete"])
            try before.write(to: file)
        }
        try FileManager.default.removeItem(at: last)
        try expectStatus(65, join, says: ["has no map", last.path])
        try maps.write(to: last)
        try expectStatus(0, join)
        try expectStatus(0, ["render", bench.path("joined"), "-o", bench.path("out.mkv")])
    }
}

extension FileManager {
    fileprivate func rights(_ path: String) throws -> Int? {
        try attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
