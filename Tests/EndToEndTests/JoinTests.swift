import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream join`: the parts of a video become what one run makes.
@Suite struct JoinTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
    }

    /// Masks an input in parts and gives the paths of their receipts.
    private func mask(
        _ input: String, _ profile: String, _ splits: [String], as ending: String,
        _ more: [String], events: Bool = true
    ) throws -> [String] {
        try splits.enumerated().map { index, split in
            let receipt = bench.path("\(index).json")
            try expectStatus(
                0,
                [input, "-p", profile, "-o", bench.path("\(index).\(ending)"), "--segment", split]
                    + ["--receipt", receipt] + more
                    + (events ? ["--events", bench.path("\(index).ndjson")] : []))
            return receipt
        }
    }

    /// Masks an input whole, and in parts that are joined; events must be the same.
    private func compare(
        _ input: String, as ending: String, _ more: [String] = [], profile: String? = nil,
        splits: [String] = SegmentTests.splits
    ) throws -> (whole: String, joined: String) {
        let profile = try profile ?? light()
        let (whole, joined) = (bench.path("whole.\(ending)"), bench.path("joined.\(ending)"))
        let receipts = try mask(input, profile, splits, as: ending, more)
        let files = [
            "-o", joined, "--events", bench.path("joined.ndjson"), "--receipt",
            bench.path("joined.json"),
        ]
        try expectStatus(0, ["join"] + receipts.reversed() + files)
        try expectStatus(
            0,
            [input, "-p", profile, "-o", whole, "--events", bench.path("whole.ndjson")] + more)
        #expect(try data("joined.ndjson") == data("whole.ndjson"))
        // What was joined is done, also for one run and for another join.
        for command in [[input, "-p", profile] + files + more, ["join"] + receipts + files] {
            let again = try expectStatus(0, command + ["--skip-done"])
            #expect(again.errors.contains("done before"), "\(again.errors)")
        }
        return (whole, joined)
    }

    private func light() throws -> String {
        try TestProfile(
            mask: "  smoothing: 0.8\n  hysteresis: 0.1\n  hold: 0.3", top: "lookahead: 3"
        ).write(to: bench.folder, as: "memory")
    }

    /// Every packet of a kind of stream: times, size and content, or times alone.
    private func packets(_ path: String, _ kind: String, content: Bool) throws -> [String] {
        let what = content ? "pts,size,flags,data_hash" : "pts"
        return try Clips.probe(
            path,
            ["-select_streams", kind, "-show_data_hash", "md5", "-show_entries", "packet=\(what)"])
    }

    private func expectEqual(
        _ files: (whole: String, joined: String), sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (whole, joined) = files
        #expect(
            try Clips.rawVideo(whole, pixelFormat: "yuv420p")
                == Clips.rawVideo(joined, pixelFormat: "yuv420p"),
            sourceLocation: sourceLocation)
        #expect(
            try packets(whole, "v", content: false).sorted()
                == packets(joined, "v", content: false).sorted(), sourceLocation: sourceLocation)
        for kind in ["a", "s", "d"] {
            #expect(
                try packets(whole, kind, content: true) == packets(joined, kind, content: true),
                "\(kind)", sourceLocation: sourceLocation)
        }
        let about =
            ["-show_chapters", "-show_entries", "stream=codec_name,codec_type,time_base"]
            + ["-show_entries", "stream_tags:stream_disposition:format_tags"]
        let tags = try [whole, joined].map { path in
            try Clips.probe(path, about).filter { !$0.contains("DURATION") }
        }
        #expect(tags[0] == tags[1], sourceLocation: sourceLocation)
    }

    /// A clip with cuts, sound, subtitles, chapters, an attachment and tags.
    private func rich(_ ending: String = "mkv") throws -> String {
        let plain = try SegmentTests.clips[0].make(in: bench.folder)
        let text = try bench.folder.write(
            Data(
                "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:06,000 --> 00:00:08,000\nBye\n"
                    .utf8),
            to: "text.srt")
        let chapters = try bench.folder.write(
            Data(
                """
                ;FFMETADATA1
                title=A film
                [CHAPTER]
                TIMEBASE=1/1000
                START=0
                END=3000
                title=One
                [CHAPTER]
                TIMEBASE=1/1000
                START=3000
                END=9000
                title=Two

                """.utf8), to: "meta.txt")
        return try Clips.make(
            "rich.mkv", in: bench.folder,
            [
                "-i", plain, "-i", text, "-i", chapters, "-map", "0", "-map", "1",
                "-map_metadata", "2", "-map_chapters", "2", "-c", "copy", "-c:s", "srt",
                "-metadata:s:a:0", "language=deu",
            ])
    }

    // MARK: Joined and whole

    @Test(arguments: ["mkv", "nut"]) func losslessFilesAreEqualBitForBit(ending: String) throws {
        let files = try compare(
            rich(), as: ending, ["--codec", "ffv1", "--encoder-option", "g=1"])
        let (whole, joined) = try (data("whole.\(ending)"), data("joined.\(ending)"))
        #expect(whole == joined)
        try expectEqual(files)
        #expect(try !packets(files.joined, "a", content: true).isEmpty)
    }

    @Test(arguments: ["mp4", "ts", "mov", "mkv"]) func encodedVideoHasThePicturesOfTheWhole(
        ending: String
    ) throws {
        try expectEqual(
            compare(rich(), as: ending, ["--crf", "0", "--encoder-option", "threads=1"]))
    }

    static let clips = SegmentTests.clips.filter {
        ["ntsc.mp4", "vfr.mkv", "open.ts"].contains($0.name)
    }

    @Test(arguments: clips) func everyKindOfInputIsJoined(_ clip: SegmentTests.Clip) throws {
        let input = try clip.make(in: bench.folder)
        try expectEqual(compare(input, as: "mkv", ["--codec", "ffv1"] + clip.more))
    }

    /// Frames that are decoded in another order than they are shown, and codecs whose headers differ
    /// from container to container.
    @Test(
        arguments: [
            ("mp4", []), ("ts", []), ("mkv", []), ("nut", []), ("mp4", ["--codec", "libx265"]),
            ("ts", ["--codec", "mpeg2video"]),
            ("webm", ["--codec", "libvpx-vp9", "--audio-codec", "libopus"]),
            ("mkv", ["--codec", "libaom-av1", "--encoder-option", "cpu-used=8"]),
        ] as [(String, [String])]) func everyFrameKeepsItsTime(ending: String, more: [String])
        throws
    {
        let input = try SegmentTests.Clip(
            name: "ntsc.mkv", rate: "30000/1001", more: []
        ).make(in: bench.folder)
        let (whole, joined) = try compare(
            input, as: ending, ["--encoder-option", "threads=1"] + more)
        #expect(
            try packets(whole, "v", content: false).sorted()
                == packets(joined, "v", content: false).sorted())
        #expect(try packets(whole, "a", content: true) == packets(joined, "a", content: true))
        let decoded = try Clips.probe(joined, ["-show_frames", "-show_entries", "frame=pts"])
        #expect(
            decoded.count
                == (try Clips.probe(whole, ["-show_frames", "-show_entries", "frame=pts"])).count)
    }

    @Test(arguments: ["mkv", "mp4"]) func turnedVideoIsJoined(ending: String) throws {
        let plain = try SegmentTests.clips[0].make(in: bench.folder)
        let turned = try Clips.make(
            "turned.mp4", in: bench.folder,
            ["-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90"])
        let lossless =
            ending == "mp4"
            ? ["--crf", "0", "--encoder-option", "threads=1"] : ["--codec", "ffv1"]
        try expectEqual(compare(turned, as: ending, lossless))
    }

    @Test(arguments: [["--fill", "transparent"], ["--emit", "mask", "--audio-codec", "libopus"]])
    func videoThatBeginsLateIsJoined(_ more: [String]) throws {
        let plain = try SegmentTests.clips[0].make(in: bench.folder)
        let late = try Clips.make(
            "late.mkv", in: bench.folder,
            ["-itsoffset", "0.6", "-i", plain, "-i", plain, "-map", "0:v", "-map", "1:a"]
                + ["-c", "copy"])
        try expectEqual(
            compare(
                late, as: "mkv", ["--codec", "ffv1"] + more, splits: ["0-0.3", "0.3-3", "3-"]))
    }

    /// Subjects are away from 2 to 5 seconds, over a boundary at 3.
    private func gap() throws -> String {
        try Clips.make(
            "gap.mkv", in: bench.folder,
            [
                "-f", "lavfi", "-i",
                "testsrc2=size=64x48:rate=25:duration=7,format=yuv420p,"
                    + "drawbox=t=fill:color=black:enable='between(t,1.99,4.99)'", "-c:v", "ffv1",
            ])
    }

    @Test func gapsGoOnFromPartToPart() throws {
        let clip = try gap()
        let parts = ["0-2.5", "2.5-4", "4-5.5", "5.5-"]
        let limit = ["--codec", "ffv1", "--scene-limit", "1"]
        _ = try compare(clip, as: "mkv", limit, splits: parts)
        let events = String(decoding: try data("joined.ndjson"), as: UTF8.self)
        #expect(events.contains("\"longest_gap\":3.04"))
        let receipts = try mask(
            clip, light(), parts, as: "mkv", limit + ["--fail-on-gap", "2", "--overwrite"],
            events: false)
        try expectStatus(
            70, ["join"] + receipts + ["-o", bench.path("gap.out.mkv")],
            says: ["--fail-on-gap", "3.04 s", "1.96 s to 5.00 s", ".part"])
        #expect(!bench.has("gap.out.mkv") && bench.has("gap.out.mkv.part"))
    }

    @Test func whatIsNeverFoundIsSaidOfTheWhole() throws {
        let clip = try Clips.make(
            "black.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=4", "-c:v", "ffv1"])
        let more = ["--codec", "ffv1", "--scene-limit", "1", "--invert"]
        _ = try compare(clip, as: "mkv", more, splits: ["0-2", "2-"])
        let events = String(decoding: try data("joined.ndjson"), as: UTF8.self)
        #expect(events.contains("any of 40 frames"))
        let receipts = try mask(
            clip, light(), ["0-2", "2-"], as: "mkv", more + ["--fail-on-gap", "3", "--overwrite"],
            events: false)
        try expectStatus(
            70, ["join"] + receipts + ["-o", bench.path("no.mkv")],
            says: ["--fail-on-gap", "4.00 s"])
    }

    // MARK: Where things are

    @Test func partsAndInputMayBeElsewhere() throws {
        let clip = try SegmentTests.clips[0].make(in: bench.folder)
        let receipts = try mask(clip, light(), ["0-4", "4-"], as: "mkv", [])
        let files = FileManager.default
        for folder in ["a", "b"] {
            try files.createDirectory(
                atPath: bench.path(folder), withIntermediateDirectories: true)
        }
        for (index, folder) in ["a", "b"].enumerated() {
            for name in ["\(index).json", "\(index).mkv", "\(index).ndjson"] {
                try files.moveItem(
                    atPath: bench.path(name), toPath: bench.path("\(folder)/\(name)"))
            }
        }
        try files.moveItem(atPath: clip, toPath: bench.path("moved.mp4"))
        let join = ["join", bench.path("a/0.json"), bench.path("b/1.json"), "-o"]
        try expectStatus(66, join + [bench.path("out.mkv")], says: ["--input", clip])
        try expectStatus(66, ["join"] + receipts + ["-o", bench.path("out.mkv")], says: ["0.json"])
        try expectStatus(
            0,
            join + [bench.path("out.mkv"), "--input", bench.path("moved.mp4")]
                + ["--events", bench.path("e")])
        try expectStatus(
            65, join + [bench.path("other.mkv"), "--input", bench.clip], says: ["--input"])
        try files.removeItem(atPath: bench.path("a/0.mkv"))
        try expectStatus(
            66, join + [bench.path("other.mkv"), "--input", bench.path("moved.mp4")],
            says: ["0.mkv", "a/0.json"])
    }

    // MARK: What is refused

    /// The times of such a recording do not tell where in it a part is.
    @Test func recordingsThatWerePutTogetherAreRefused() throws {
        let clip = try SegmentTests.Clip(name: "one.ts").make(in: bench.folder)
        let one = try Data(contentsOf: URL(fileURLWithPath: clip))
        let both = try bench.folder.write(one + one, to: "both.ts")
        let receipts = try mask(both, light(), ["0-"], as: "mkv", [])
        try expectStatus(
            65, ["join"] + receipts + ["-o", bench.path("out.mkv")],
            says: ["clock", "both.ts", "one run"])
        #expect(!bench.has("out.mkv"))
    }

    /// Receipts of a clip of nine seconds with cuts at 1.32, 2.84, 4.12, 6.24 and 7.32 seconds.
    private func receipts() throws -> [String] {
        let clip = try SegmentTests.clips[0].make(in: bench.folder)
        return try mask(clip, light(), ["0-2.5", "2.5-5", "5-"], as: "mkv", [])
    }

    private func change(_ path: String, _ change: (inout [String: Any]) -> Void) throws {
        let file = URL(fileURLWithPath: path)
        let told = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        var receipt = try #require(told as? [String: Any])
        change(&receipt)
        try JSONSerialization.data(withJSONObject: receipt).write(to: file)
    }

    @Test func partsThatAreNotOfOneWholeAreRefused() throws {
        let all = try receipts()
        let out = ["-o", bench.path("out.mkv")]
        func refused(_ receipts: [String], _ words: [String]) throws {
            try expectStatus(65, ["join"] + receipts + out, says: words)
        }
        try refused([all[0], all[2]], ["0.json", "2.json", "do not meet", "--segment 2.5-5"])
        try refused([all[0], all[1]], ["1.json", "--segment 5-", "6.24"])
        try refused([all[1], all[2]], ["1.json", "--segment 0-2.5", "2.8"])
        try refused([all[0], all[0], all[1], all[2]], ["do not meet"])
        try refused([bench.clip], ["clip.mkv", "--receipt"])
        try expectStatus(66, ["join", bench.path("no.json")] + out, says: ["no.json"])
        let before = try Data(contentsOf: URL(fileURLWithPath: all[1]))
        let changes: [(String, (inout [String: Any]) -> Void)] = [
            ("version", { $0["version"] = "0.0.1" }),
            ("input", { $0["input"] = ["name": "x", "size": 1, "sha256": "0"] }),
            ("profile", { $0["profile"] = ["name": "memory", "sha256": "0"] }),
            ("device", { $0["device"] = "cuda" }), ("fingerprint", { $0["fingerprint"] = "0" }),
            ("--crf", { $0["options"] = ["--crf": ["20"]] }),
            ("exit 70", { $0["exit"] = 70 }), ("did not end", { $0["state"] = "claim" }),
            ("--segment", { $0["segment"] = nil }),
            (
                "mask both again",
                { $0["segment"] = ["from": 2.5, "to": 5, "begins": 4, "ends": 6.2] }
            ),
            ("without output", { $0["output"] = nil }),
        ]
        for (word, changed) in changes {
            try change(all[1], changed)
            try refused(all, ["1.json", word])
            try before.write(to: URL(fileURLWithPath: all[1]))
        }
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
    }

    @Test func filesThatHaveChangedAreRefused() throws {
        let all = try receipts()
        let join = ["join"] + all + ["-o", bench.path("out.mkv")]
        let part = try data("1.mkv")
        _ = try bench.folder.write(part + Data([0]), to: "1.mkv")
        try expectStatus(65, join, says: ["1.mkv", "1.json", "again"])
        _ = try bench.folder.write(part, to: "1.mkv")
        let events = try data("1.ndjson")
        _ = try bench.folder.write(Data(), to: "1.ndjson")
        try expectStatus(65, join + ["--events", bench.path("e")], says: ["1.ndjson", "1.json"])
        _ = try bench.folder.write(events, to: "1.ndjson")
        try Clips.ffmpeg(Clips.testSource() + [bench.path("cuts.mp4")])
        try expectStatus(65, join, says: ["cuts.mp4", "--input"])
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
    }

    @Test func nothingIsWrittenThatIsRead() throws {
        let all = try receipts()
        let names = ["0.mkv", "1.ndjson", "2.json", "cuts.mp4"]
        let before = try names.map(data)
        for name in names {
            for option in ["-o", "--events", "--receipt"] {
                let others = option == "-o" ? [] : ["-o", bench.path("out.mkv")]
                try expectStatus(
                    73, ["join"] + all + others + [option, bench.path(name), "--overwrite"],
                    says: [name])
            }
        }
        #expect(try names.map(data) == before)
        #expect(!bench.has("out.mkv"))
        _ = try bench.folder.write(Data("mine".utf8), to: "out.mkv")
        let join = ["join"] + all + ["-o", bench.path("out.mkv")]
        try expectStatus(73, join, says: ["out.mkv", "--overwrite"])
        try expectStatus(
            73, join + ["--receipt", bench.path("r"), "--skip-done"], says: ["--overwrite"])
        #expect(try data("out.mkv") == Data("mine".utf8))
        try expectStatus(0, join + ["--overwrite"])
        try expectStatus(
            64, ["join"] + all + ["-o", bench.path("o.mp4")], says: ["matroska", "mp4"])
        try expectStatus(64, join + ["--skip-done"], says: ["--receipt"])
        try expectStatus(
            64, ["join"] + all + ["-o", bench.path("x.mkv"), "--events", bench.path("x.mkv")],
            says: ["--events"])
    }
}
