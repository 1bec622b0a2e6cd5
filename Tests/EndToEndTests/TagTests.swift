import Foundation
import MaskStreamTestSupport
import Testing

/// Tags, chapters and time codes: what the output says of itself.
@Suite struct TagTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func clip(_ name: String, rate: String = "25", _ more: [String]) throws -> String {
        try Clips.make(
            name, in: bench.folder,
            Clips.testSource(rate: rate, seconds: 2) + ["-c:v", "mpeg4"] + more)
    }

    private func tags(_ path: String) throws -> Set<String> {
        Set(
            try Clips.probe(
                path, ["-of", "default=nk=0:nw=1", "-show_entries", "format_tags"]
            ).map { $0.replacing("TAG:", with: "") })
    }

    private func timecodes(_ path: String) throws -> Set<String> {
        let entries = "stream_tags=timecode:format_tags=timecode"
        return Set(
            try Clips.probe(path, ["-of", "default=nk=1:nw=1", "-show_entries", entries]))
    }

    /// A phone's clip, once around through Matroska, whose keys are capitals.
    @Test func freeTagsStay() throws {
        let phone = [
            "com.apple.quicktime.make=Apple", "com.android.capture.fps=240.0",
            "com.apple.quicktime.location.ISO6709=+48.1-011.5+500/",
        ]
        let tagged = phone.flatMap { ["-metadata", $0] } + ["-metadata", "title=Über uns"]
        let input = try clip("in.mov", tagged + ["-movflags", "use_metadata_tags"])
        var last = input
        for name in ["a.mov", "b.mp4", "c.mkv", "d.mov"] {
            let result = try expectStatus(0, bench.masking(last, to: name))
            #expect(!result.errors.contains("warning"), "\(result.errors)")
            last = bench.path(name)
            guard name != "c.mkv" else { continue }
            #expect(try tags(last).isSuperset(of: phone + ["title=Über uns"]), "\(name)")
        }
        try expectStatus(0, bench.masking(input, to: "bare.mov", ["--metadata", "strip"]))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.path("bare.mov")))
        for word in ["Apple", "+48.1", "240.0"] {
            #expect(bytes.firstRange(of: Data(word.utf8)) == nil, "\(word)")
        }
    }

    /// MP4's own tags are written as such, which every player reads.
    @Test func plainTagsStayPlain() throws {
        let input = try clip("in.mp4", ["-metadata", "title=plain"])
        try expectStatus(0, bench.masking(input, to: "out.mp4"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.path("out.mp4")))
        #expect(
            bytes.firstRange(of: Data("\u{A9}nam".unicodeScalars.map { UInt8($0.value) })) != nil)
        #expect(bytes.firstRange(of: Data("mdta".utf8)) == nil)
    }

    @Test func whatCannotBeHeldIsNamed() throws {
        let chapters = try bench.folder.write(
            Data(
                ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=one\nartist=me\n".utf8
            ),
            to: "chapters.txt")
        let input = try clip(
            "in.mkv", ["-metadata", "title=kept", "-metadata", "MOOD=calm"])
        let full = try Clips.make(
            "full.mkv", in: bench.folder,
            ["-i", input, "-i", chapters, "-map_chapters", "1", "-c", "copy"]
                + ["-metadata:s:v", "lens=wide"])
        for (name, words) in [
            ("out.avi", ["MOOD", "LENS of stream 0", "1 chapters"]), ("out.ts", ["title", "MOOD"]),
            ("out.mp4", ["LENS of stream 0", "artist of chapters"]), ("out.mkv", []),
        ] {
            let result = try expectStatus(0, bench.masking(full, to: name))
            for word in words {
                #expect(result.errors.lowercased().contains(word.lowercased()), "\(result.errors)")
            }
            #expect(words.isEmpty == !result.errors.contains("warning"), "\(result.errors)")
        }
    }

    @Test func chaptersLoseTheirTitlesWithTheTags() throws {
        let chapters = try bench.folder.write(
            Data(
                (";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/10\nSTART=2\nEND=7\ntitle=Jane\n"
                    + "COVERART=QUJDREVG\nthumb=data:image/png;base64,iVBO\n").utf8),
            to: "chapters.txt")
        let input = try Clips.make(
            "in.mkv", in: bench.folder,
            ["-i", try clip("plain.mkv", []), "-i", chapters, "-map_chapters", "1", "-c", "copy"])
        for (more, title) in [([], ["Jane"]), (["--metadata", "strip"], []), (["--invert"], [])] {
            try expectStatus(0, bench.masking(input, to: "out.mkv", more + ["--overwrite"]))
            let found = try Clips.probe(
                bench.path("out.mkv"),
                ["-show_entries", "chapter=start_time,end_time:chapter_tags"])
            #expect(found == [(["0.200000", "0.700000"] + title).joined(separator: ",")])
        }
    }

    /// Base64 in whatever tag is needed, and a language that is none.
    @Test func imagesInTagsGo() throws {
        let image = try Clips.make(
            "in.jpg", in: bench.folder, Clips.testSource("96x64") + ["-frames:v", "1"])
        let code = try Data(contentsOf: URL(fileURLWithPath: image)).base64EncodedString()
        let long = String(repeating: "abcd-", count: 8)
        for (value, words) in [(code, "an image: language of stream 0"), (long, "language")] {
            let input = try clip("in.mkv", ["-metadata:s:v", "language=\(value)"])
            let kept = try expectStatus(0, bench.masking(input, to: "kept.mkv", ["--overwrite"]))
            #expect(kept.errors.contains(words), "\(kept.errors)")
            try expectStatus(
                0, bench.masking(input, to: "bare.mkv", ["--overwrite", "--metadata", "strip"]))
            for name in ["kept.mkv", "bare.mkv"] {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
                #expect(bytes.firstRange(of: Data(value.prefix(36).utf8)) == nil, "\(name)")
            }
        }
        let input = try clip("in.mkv", ["-metadata", "comment=x\(code)"])
        let kept = try expectStatus(0, bench.masking(input, to: "kept.mkv", ["--overwrite"]))
        #expect(kept.errors.lowercased().contains("an image: comment"), "\(kept.errors)")
        #expect(try !tags(bench.path("kept.mkv")).contains { $0.hasPrefix("COMMENT") })
    }

    /// "café!" in Latin-1: no UTF-8, and to be left alone by a container that holds any bytes.
    @Test func bytesOfTagsStay() throws {
        let plain = try clip("plain.avi", ["-metadata", "title=cafX!"])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: plain))
        let place = try #require(bytes.firstRange(of: Data("cafX!".utf8)))
        bytes[place.lowerBound + 3] = 0xE9
        let input = try bench.folder.write(bytes, to: "in.avi")
        try expectStatus(0, bench.masking(input, to: "out.avi"))
        let output = try Data(contentsOf: URL(fileURLWithPath: bench.path("out.avi")))
        #expect(output.firstRange(of: bytes[place]) != nil)
        for name in ["out.mkv", "out.mp4"] {
            let result = try expectStatus(0, bench.masking(input, to: name))
            #expect(result.errors.contains("Windows-1252: title"), "\(result.errors)")
            #expect(try tags(bench.path(name)).contains("title=café!"))
        }
    }

    @Test(arguments: [
        ("25", "01:00:00:00", "1", "01:00:01:00"),
        ("24", "23:59:59:12", "1", "00:00:00:12"),
        ("30000/1001", "00:00:59;15", "1", "00:01:00;17"),
        ("60000/1001", "00:09:59;30", "1.001", "00:10:00;30"),
        ("30000/1001", "00:00:59:15", "1", "00:01:00:15"),
        ("25", "01:00:00:00", "0", "01:00:00:00"),
    ])
    func timecodeIsMoved(rate: String, begins: String, start: String, moved: String) throws {
        let input = try clip("in.mov", rate: rate, ["-timecode", begins])
        for name in ["out.mov", "out.mp4", "out.mkv", "out.avi"] {
            let result = try expectStatus(
                0, bench.masking(input, to: name, ["--start", start, "--strict-streams"]))
            #expect(!result.errors.contains("warning"), "\(result.errors)")
            #expect(try timecodes(bench.path(name)) == [moved], "\(name)")
        }
        try expectStatus(0, bench.masking(input, to: "bare.mov", ["--metadata", "strip"]))
        #expect(try timecodes(bench.path("bare.mov")).isEmpty)
    }

    @Test func timecodeOfTheTape() throws {
        let input = try clip("in.mov", ["-timecode", "10:00:00:00"])
        try expectStatus(0, bench.masking(input, to: "out.mxf", ["--start", "1"]))
        #expect(try timecodes(bench.path("out.mxf")) == ["10:00:01:00"])
        try expectStatus(64, bench.masking(input, to: "out.ts", ["--strict-streams"]))
        let tape = try clip("tape.mpg", ["-c:v", "mpeg2video", "-gop_timecode", "10:00:00:05"])
        let result = try expectStatus(0, bench.masking(tape, to: "tape.ts"))
        #expect(result.errors.contains("10:00:00:05"), "\(result.errors)")
        try expectStatus(0, bench.masking(tape, to: "tape.mov"))
        #expect(try timecodes(bench.path("tape.mov")) == ["10:00:00:05"])
    }
}
