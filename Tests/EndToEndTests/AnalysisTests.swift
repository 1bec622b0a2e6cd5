import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream analyze`, `--keep-analysis` and `maskstream render`.
@Suite struct AnalysisTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// A kind of input, an output for it, and what is asked of the run.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let output: String
        var options: [String] = []
        /// The options of the direct run's output and the render's.
        var rendering: [String] = []
        /// Whether the output keeps an orientation: an analysis alone is of upright frames, whose
        /// boxes may differ by a pixel.
        var keepsOrientation = false

        var testDescription: String { "\(name) \(options + rendering) to \(output)" }
    }

    static let cases = [
        Case(name: "clip", output: "mkv", rendering: ["--codec", "ffv1"]),
        Case(name: "clip", output: "mp4", options: ["--threshold", "0.4"]),
        Case(name: "clip", output: "mkv", options: ["--invert"], rendering: ["--emit", "overlay"]),
        Case(name: "clip", output: "mkv", options: ["--mask", "exact", "--frames", "7"]),
        Case(name: "clip", output: "png", rendering: ["--fill", "transparent"]),
        Case(name: "clip", output: "mkv", options: ["--estimate-every", "4"]),
        Case(
            name: "clip", output: "mkv", options: ["--estimate-every", "4", "--invert"],
            rendering: ["--codec", "ffv1"]),
        Case(
            name: "clip", output: "mkv", options: ["--start", "0.3"], rendering: ["--emit", "mask"]),
        Case(name: "clip", output: "y4m", options: ["--mask-grid", "16"]),
        Case(name: "clip", output: "mkv", options: ["--turns", "4", "--scene-limit", "0.4"]),
        Case(name: "turned", output: "mp4", keepsOrientation: true),
        Case(name: "turned", output: "mkv"),
        Case(name: "still", output: "png"), Case(name: "animation", output: "gif"),
        Case(name: "fields", output: "mkv", rendering: ["--codec", "ffv1"]),
    ]

    /// Smooths, looks ahead, holds.
    private func profile() throws -> String {
        try TestProfile(
            mask: "  smoothing: 0.8\n  hysteresis: 0.1\n  hold: 0.3\n  dilate: 0.05",
            top: "lookahead: 3"
        ).write(to: bench.folder, as: "memory")
    }

    private func input(_ name: String) throws -> String {
        switch name {
        case "turned":
            let plain = try Clips.make(
                "plain.mp4", in: bench.folder, Clips.testSource("96x64", rate: "10"))
            return try Clips.make(
                "turned.mp4", in: bench.folder,
                ["-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90"])
        case "still":
            return try Clips.make(
                "still.png", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        case "animation":
            return try Clips.make(
                "animation.gif", in: bench.folder, Clips.testSource(rate: "10", seconds: 0.5))
        case "fields":
            return try Clips.make(
                "fields.mkv", in: bench.folder,
                Clips.testSource(rate: "20") + ["-vf", "interlace,format=yuv420p"]
                    + ["-flags", "+ildct", "-c:v", "ffv1"])
        default: return bench.clip
        }
    }

    private func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
    }

    /// The lines of an events file but the first, which says where the models ran.
    private func events(_ name: String) throws -> [String] {
        String(decoding: try data(name), as: UTF8.self).split(separator: "\n").dropFirst()
            .map(String.init)
    }

    /// Masks an input in one run that keeps an analysis and in one that does not, analyzes it, and
    /// renders both analyses; all four outputs and their events are to be equal.
    private func compare(
        _ input: String, _ profile: String, _ item: Case,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        func files(_ name: String) -> [String] {
            ["-o", bench.path("\(name).\(item.output)"), "--events", bench.path("\(name).ndjson")]
                + item.rendering
        }
        let task = [input, "-p", profile] + item.options
        try expectStatus(0, task + files("direct"))
        try expectStatus(0, task + files("kept") + ["--keep-analysis", bench.path("kept")])
        try expectStatus(0, ["analyze"] + task + ["-o", bench.path("analysis")])
        // A model would not load.
        let environment = ["MASKSTREAM_ONNXRUNTIME": "/nowhere"]
        for (folder, name) in [("kept", "one"), ("analysis", "two")] {
            try expectStatus(
                0, ["render", bench.path(folder)] + files(name), environment: environment)
        }
        for name in ["kept", "one", "two"] {
            #expect(
                try data("\(name).\(item.output)") == data("direct.\(item.output)"), "\(name)",
                sourceLocation: sourceLocation)
            guard name != "two" || !item.keepsOrientation else { continue }
            #expect(
                try events("\(name).ndjson") == events("direct.ndjson"), "\(name)",
                sourceLocation: sourceLocation)
        }
    }

    @Test("A render is the direct run", arguments: cases)
    func rendersTheSame(item: Case) throws {
        try compare(input(item.name), profile(), item)
    }

    @Test("So it is with classes, and with frames whose map is no number")
    func rendersClassesAndMisses() throws {
        let classes = try ClassTests()
        try compare(
            classes.boxes(), classes.profile(),
            Case(name: "boxes", output: "mkv", options: ["--classes", "red"]))
        let undefined = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        let bench = try AnalysisTests()
        try bench.compare(
            bench.bench.clip, undefined,
            Case(name: "clip", output: "mkv", options: ["--on-miss", "hold"]))
    }

    @Test("The folder is its owner's alone")
    func isPrivate() throws {
        try expectStatus(0, ["analyze", bench.clip, "-p", bench.light, "-o", bench.path("a")])
        let manager = FileManager.default
        func rights(_ name: String) throws -> Int? {
            try manager.attributesOfItem(atPath: bench.path(name))[.posixPermissions] as? Int
        }
        #expect(try rights("a") == 0o700)
        let names = try manager.contentsOfDirectory(atPath: bench.path("a")).sorted()
        #expect(names == ["analysis.yaml", "events.ndjson", "maps.mkv"])
        for name in names { #expect(try rights("a/\(name)") == 0o600, "\(name)") }
        let about = try Clips.probe(
            bench.path("a/maps.mkv"), ["-show_entries", "stream=codec_name,pix_fmt"])
        #expect(about == ["ffv1,gray16le"])
    }

    @Test("Killed in the middle, it goes on and comes to the same")
    func goesOnAfterAKill() throws {
        let command = try bench.longAnalysis() + ["-o"]
        try expectStatus(0, command + [bench.path("whole")])
        for count in [60, 200] {
            let companion = try Program.start(command + [bench.path("parts")])
            let came = try Companion.wait {
                guard bench.has("parts/events.ndjson") else { return false }
                return try data("parts/events.ndjson").split(separator: 10).count > count
            }
            try #require(came, "\(companion.errors)")
            companion.end(SIGKILL)
            try expectStatus(
                65, ["render", bench.path("parts"), "-o", bench.path("no.mkv")],
                says: ["not complete", "it goes on from there"])
        }
        try expectStatus(0, command + [bench.path("parts")])
        for name in ["analysis.yaml", "events.ndjson", "maps.mkv"] {
            #expect(try data("parts/\(name)") == data("whole/\(name)"), "\(name)")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.path("parts")).count == 3)
    }

    @Test("An analysis without proposals gets them, and is what it would have been")
    func addsProposals() throws {
        let command = ["analyze", bench.clip, "-p", bench.light, "--scene-limit", "0.4"]
        try expectStatus(0, command + ["-o", bench.path("a")])
        let before = try ["analysis.yaml", "events.ndjson", "maps.mkv"].map { try data("a/\($0)") }
        let text = String(decoding: before[0], as: UTF8.self)
        #expect(text.contains("\nproposals:"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("proposals:") })
        let end = lines[(start + 1)...].firstIndex { !$0.hasPrefix("-") && !$0.hasPrefix("  ") }
        let rest = lines[..<start] + lines[(end ?? lines.endIndex)...]
        try rest.joined(separator: "\n").write(
            toFile: bench.path("a/analysis.yaml"), atomically: true, encoding: .utf8)
        try expectStatus(
            73, command + ["--threshold", "0.4", "-o", bench.path("a")], says: ["exists"])
        try expectStatus(0, command + ["-o", bench.path("a")])
        #expect(
            try ["analysis.yaml", "events.ndjson", "maps.mkv"].map { try data("a/\($0)") } == before
        )
    }

    @Test("What was changed of the analysis is refused")
    func damage() throws {
        let (folder, out) = (bench.path("a"), bench.path("out.mkv"))
        try expectStatus(0, ["analyze", bench.clip, "-p", bench.light, "-o", folder])
        func write(_ data: Data, to name: String) throws {
            try data.write(to: URL(fileURLWithPath: bench.path("a/\(name)")))
        }
        let (events, maps) = try (data("a/events.ndjson"), data("a/maps.mkv"))
        let text = String(decoding: events, as: UTF8.self)
        let shows = Data(text.replacing(/"threshold":0\.[0-9]+}/) { _ in #""threshold":-5}"# }.utf8)
        #expect(shows != events)
        for (name, changed, whole) in [
            ("events.ndjson", shows, events), ("maps.mkv", maps.dropLast(), maps),
        ] {
            try write(changed, to: name)
            for command in [["render"], ["export", "--format", "yolo"]] {
                try expectStatus(
                    65, command + [folder, "-o", bench.path("no.mkv")],
                    says: ["damaged", "a/\(name)"])
            }
            try write(whole, to: name)
        }
        try bench.forgetHashes(of: "a")
        try write(shows, to: "events.ndjson")
        try expectStatus(65, ["render", folder, "-o", out], says: ["threshold"])
        try write(events, to: "events.ndjson")
        try expectStatus(0, ["render", folder, "-o", out, "--overwrite"])
    }

    @Test("What does not belong to the analysis is refused")
    func refuses() throws {
        let (folder, out) = (bench.path("a"), bench.path("out.mkv"))
        let task = [bench.clip, "-p", bench.light]
        try expectStatus(66, ["render", folder, "-o", out], says: ["no analysis", folder])
        try expectStatus(0, ["analyze"] + task + ["-o", folder])
        try expectStatus(73, ["analyze"] + task + ["-o", folder], says: ["exists", "--overwrite"])
        let other = try Clips.make(
            "other.mkv", in: bench.folder, Clips.testSource(rate: "10") + ["-c:v", "ffv1"])
        try expectStatus(
            65, ["analyze", other, "-p", bench.light, "-o", folder], says: ["another input"])
        try expectStatus(
            65, ["render", folder, "--input", other, "-o", out], says: ["not the input", other])
        #expect(!bench.has("out.mkv"))
        let manifest = bench.path("light/profile.yaml")
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        try (text + "\n# changed\n").write(toFile: manifest, atomically: true, encoding: .utf8)
        try expectStatus(78, ["render", folder, "-o", out], says: ["has changed", "light"])
        try text.write(toFile: manifest, atomically: true, encoding: .utf8)
        try FileManager.default.moveItem(atPath: bench.clip, toPath: bench.path("moved.mkv"))
        try expectStatus(66, ["render", folder, "-o", out], says: ["--input"])
        try expectStatus(0, ["render", folder, "--input", bench.path("moved.mkv"), "-o", out])
        try expectStatus(
            73, ["render", folder, "--input", bench.path("moved.mkv"), "-o", "\(folder)/maps.mkv"],
            says: ["input"])
    }

    @Test("An analysis is of one input that can be read again")
    func takesOneInput() throws {
        let other = try Clips.make("b.mkv", in: bench.folder, Clips.testSource())
        let run = [bench.clip, "-p", bench.light, "--keep-analysis", bench.path("a")]
        for (more, word) in [
            ([other, "--output-dir", bench.path("masked")], "one input"),
            (["--watch", "--watch-control"], "--watch-control"),
            (["--segment", "0-1", "-o", bench.path("out.mkv")], "--receipt"),
        ] {
            try expectStatus(64, run + more, says: [word])
        }
        for input in ["-", bench.folder.url.path] {
            try expectStatus(
                64, ["analyze", input, "-p", bench.light, "-o", bench.path("a")],
                says: ["one video or image"])
        }
        #expect(!bench.has("a"))
        try expectStatus(
            73, ["analyze", bench.clip, "-p", bench.light, "-o", bench.folder.url.path],
            says: ["something else"])
    }
}

extension Workbench {
    /// Makes an analysis one of an older program, which kept no hashes of the files.
    func forgetHashes(of folder: String) throws {
        let manifest = path("\(folder)/analysis.yaml")
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let older = text.replacing(/\nfiles:\n( .*\n)*/) { _ in "\n" }
        #expect(older != text)
        try older.write(toFile: manifest, atomically: true, encoding: .utf8)
    }

    /// The analysis of a clip, with a profile for it, that takes some seconds.
    func longAnalysis() throws -> [String] {
        let clip = try Clips.make(
            "long.mkv", in: folder,
            Clips.testSource("320x240", rate: "50", seconds: 10) + ["-c:v", "libx264"])
        let slow = try TestProfile(
            input: "{area: 76800, multiple: 1}",
            mask: "  smoothing: 0.8\n  hysteresis: 0.1\n  hold: 0.3", top: "lookahead: 3"
        ).write(to: folder, as: "slow")
        return ["analyze", clip, "-p", slow]
    }
}
