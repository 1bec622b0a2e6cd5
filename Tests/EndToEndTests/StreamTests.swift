import Foundation
import MaskStreamTestSupport
import Testing

/// What goes beside the pictures: times, sound, and other pictures, which must not come out.
@Suite struct StreamTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func streams(_ path: String) throws -> [String] {
        try Clips.probe(path, ["-show_entries", "stream=codec_type"])
    }

    private func times(_ path: String) throws -> [Double] {
        try Clips.probe(path, ["-show_entries", "frame=pts_time", "-select_streams", "v"])
            .compactMap { Double($0) }
    }

    private func soundMD5(_ path: String) throws -> Data {
        try Clips.ffmpeg(["-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-"])
    }

    @Test(arguments: ["mp4", "mov", "mkv"])
    func soundAndTimesAreTheInputs(kind: String) throws {
        let clip = Program.sample("portrait.mp4")
        let out = bench.path("out.\(kind)")
        try expectStatus(
            0, bench.masking(clip, to: "out.\(kind)", ["--preset", "ultrafast"]))
        #expect(try soundMD5(out) == soundMD5(clip))
        let (before, after) = try (times(clip), times(out))
        #expect(before.count == 126)
        #expect(after.count == before.count)
        for (one, other) in zip(before, after) {
            #expect(abs(one - other) < (kind == "mkv" ? 0.00051 : 0.000001))
        }
    }

    /// What each encoder by use makes of a clip without any wish, and that none chatters.
    @Test(arguments: [
        ("libx265", "mp4", "hevc,hvc1,yuv420p"), ("hevc", "mov", "hevc,hvc1,yuv420p"),
        ("av1", "mp4", "av1,av01,yuv420p"), ("libsvtav1", "mkv", "av1,[0][0][0][0],yuv420p"),
        ("libvpx-vp9", "webm", "vp9,[0][0][0][0],yuv420p"),
        ("prores_ks", "mov", "prores,apch,yuv422p10le"), ("ffv1", "mkv", "ffv1,FFV1,yuv420p"),
    ])
    func encodersByUse(codec: String, kind: String, facts: String) throws {
        // SVT-AV1 takes nothing smaller than 64x64.
        let clip = try Clips.make(
            "larger.mkv", in: bench.folder,
            Clips.testSource("96x64", rate: "10") + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
        let result = try expectStatus(
            0, bench.masking(clip, to: "out.\(kind)", ["--codec", codec, "--progress", "none"]))
        let entries = "stream=codec_name,codec_tag_string,pix_fmt"
        #expect(
            try Clips.probe(
                bench.path("out.\(kind)"), ["-select_streams", "v", "-show_entries", entries])
                == [facts])
        let lines = result.errors.split(whereSeparator: \.isNewline)
        #expect(lines.allSatisfy { $0.hasPrefix("warning: ") }, "\(result.errors)")
        #expect(try times(bench.path("out.\(kind)")).count == 10)
    }

    @Test(arguments: ["mp4", "nut"])
    func theFirstPictureKnowsTheOrderOfFields(kind: String) throws {
        // FFmpeg reads top first from the MP4's header, and nothing from NUT.
        let made = try Clips.make(
            "made.mp4", in: bench.folder,
            Clips.testSource(seconds: 0.4) + ["-vf", "setfield=bff", "-c:v", "libx264"]
                + ["-flags", "+ildct+ilme"])
        let clip = try Clips.make("bottom.\(kind)", in: bench.folder, ["-i", made, "-c", "copy"])
        let out = bench.path("out.\(kind)")
        try expectStatus(0, bench.masking(clip, to: "out.\(kind)"))
        let fields = try Clips.probe(
            out, ["-show_entries", "frame=interlaced_frame,top_field_first"])
        #expect(fields.count == 10 && fields.allSatisfy { $0.hasPrefix("1,0") }, "\(fields)")
    }

    @Test func opusStaysWhereItIsHoweverOftenItIsCopied() throws {
        let clip = try Clips.make(
            "opus.webm", in: bench.folder,
            Clips.testSource() + Clips.tone() + ["-c:v", "libvpx", "-c:a", "libopus"])
        func sound(_ path: String) throws -> [String] {
            try Clips.probe(path, ["-select_streams", "a", "-show_entries", "packet=pts_time"])
        }
        for (input, name) in [(clip, "one.webm"), (bench.path("one.webm"), "two.mkv")] {
            try expectStatus(
                0, bench.masking(input, to: name, ["--codec", "libvpx", "--crf", "40"]))
            #expect(try sound(bench.path(name)) == sound(clip))
        }
    }

    @Test func squarePixelsStayTold() throws {
        let clip = try Clips.make(
            "square.ts", in: bench.folder,
            Clips.testSource() + ["-vf", "setsar=1", "-c:v", "libx264"])
        try expectStatus(0, bench.masking(clip, to: "out.ts"))
        let aspect = try Clips.probe(
            bench.path("out.ts"), ["-show_entries", "stream=sample_aspect_ratio"])
        // A transport stream's is told for the stream and for its programme.
        #expect(Set(aspect.filter { !$0.isEmpty }) == ["1:1"], "\(aspect)")
    }

    @Test func soundCanBeLeftOut() throws {
        let out = try bench.mask(bench.clip, to: "out.mkv", ["--audio", "drop"])
        #expect(try streams(out) == ["video"])
    }

    @Test func soundIsEncodedAnewOnRequest() throws {
        let more = ["--codec", "libvpx", "--audio-codec"]
        let result = try expectStatus(
            0, bench.masking(bench.clip, to: "out.webm", more + ["libopus"]))
        #expect(!result.errors.contains("warning"), "\(result.errors)")
        let codecs = try Clips.probe(
            bench.path("out.webm"), ["-show_entries", "stream=codec_name"])
        #expect(codecs == ["vp8", "opus"])
        let named = try expectStatus(
            0, bench.masking(bench.clip, to: "named.webm", ["--codec", "libvpx"]))
        #expect(named.errors.contains("--audio-codec libopus"))
        for (wish, words) in [
            (["libopu"], ["--audio-codec", "libopus"]), (["aac"], ["webm", "aac"]),
            (["libopus", "--audio", "drop"], ["--audio-codec", "--audio drop"]),
        ] {
            try expectStatus(64, bench.masking(bench.clip, to: "no.webm", more + wish), says: words)
        }
    }

    @Test func otherPicturesAreDropped() throws {
        let cover = try Clips.make(
            "cover.jpg", in: bench.folder, Clips.testSource("96x96") + ["-frames:v", "1"])
        let clip = try Clips.make(
            "many.mkv", in: bench.folder,
            Clips.testSource(rate: "10") + Clips.testSource("128x96", rate: "10") + Clips.tone()
                + ["-map", "0", "-map", "1", "-map", "2", "-c:v", "ffv1", "-c:a", "pcm_s16le"]
                + ["-attach", cover, "-metadata:s:3", "mimetype=image/jpeg"])
        let out = bench.path("out.mkv")
        let result = try expectStatus(0, bench.masking(clip, to: "out.mkv"))
        #expect(try streams(out) == ["video", "audio"])
        #expect(
            try Clips.probe(out, ["-show_entries", "stream=width", "-select_streams", "v"])
                == ["64"])
        let warnings = result.errors.split(separator: "\n").filter { $0.contains("warning") }
        #expect(warnings.count >= 2, "\(result.errors)")
    }

    /// Attachments are told by their bytes: only fonts are copied, whatever the others are called.
    @Test func attachmentsAreFontsOrDropped() throws {
        let cover = try Clips.make(
            "cover.jpg", in: bench.folder, Clips.testSource("96x96") + ["-frames:v", "1"])
        let font = try bench.folder.write(Data([0, 1, 0, 0] + "a font".utf8), to: "a.ttf")
        let types = ["application/octet-stream", "font/ttf", "application/pdf"]
        let attached = [cover, font, cover].enumerated().flatMap { index, file in
            ["-attach", file, "-metadata:s:t:\(index)", "mimetype=\(types[index])"]
                + ["-metadata:s:t:\(index)", "filename=\(index).ttf"]
        }
        let clip = try Clips.make(
            "attached.mkv", in: bench.folder,
            Clips.testSource(rate: "10") + ["-c:v", "ffv1"] + attached)
        let result = try expectStatus(0, bench.masking(clip, to: "out.mkv"))
        #expect(try streams(bench.path("out.mkv")) == ["video", "attachment"])
        for index in [1, 3] { #expect(result.errors.contains("stream \(index) (attachment")) }
        let start = try Data(contentsOf: URL(fileURLWithPath: cover)).prefix(200)
        func holdsCover(_ path: String) throws -> Bool {
            try Data(contentsOf: URL(fileURLWithPath: path)).firstRange(of: start) != nil
        }
        #expect(try !holdsCover(bench.path("out.mkv")) && holdsCover(clip))
        let all = try bench.mask(clip, to: "all.mkv", ["--keep-unmasked-streams"])
        #expect(try streams(all) == ["video", "attachment", "attachment", "attachment"])
    }

    /// Vorbis has its tags and cover in a header that is copied with the stream.
    @Test(arguments: [("coverart=", false), ("artist=", true)])
    func soundLosesTheCoverInItsHeader(key: String, isKept: Bool) throws {
        let clip = try Clips.make(
            "sung.mkv", in: bench.folder,
            Clips.testSource(rate: "10") + Clips.tone() + ["-c:v", "ffv1", "-c:a", "libvorbis"])
        // The encoder's own tag becomes another one of the same length.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let own = try #require(bytes.firstRange(of: Data("encoder=Lavc".utf8)))
        bytes.replaceSubrange(
            own, with: Data(key.padding(toLength: 12, withPad: "Q", startingAt: 0).utf8))
        try bytes.write(to: URL(fileURLWithPath: clip))
        func holdsTag(_ path: String) throws -> Bool {
            try Data(contentsOf: URL(fileURLWithPath: path)).firstRange(of: Data(key.utf8)) != nil
        }
        let kept = try bench.mask(clip, to: "kept.mkv")
        let bare = try bench.mask(clip, to: "bare.mkv", ["--metadata", "strip"])
        #expect(try holdsTag(clip) && holdsTag(kept) == isKept && !holdsTag(bare))
        let md5 = ["-map", "0:a", "-f", "md5", "-"]
        for path in [kept, bare] {
            #expect(try Clips.ffmpeg(["-i", path] + md5) == Clips.ffmpeg(["-i", clip] + md5))
        }
    }

    /// Joined MP3 files have the tags of the second one between frames.
    @Test func copiedSoundLosesCoversBetweenFrames() throws {
        let cover = try Clips.make(
            "cover.jpg", in: bench.folder, Clips.testSource("96x96") + ["-frames:v", "1"])
        let plain = try Clips.make(
            "plain.mp3", in: bench.folder,
            Clips.tone() + ["-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0"])
        let tagged = try Clips.make(
            "tagged.mp3", in: bench.folder,
            ["-i", plain, "-i", cover, "-map", "0", "-map", "1", "-c", "copy"]
                + ["-id3v2_version", "3", "-write_xing", "0", "-disposition:v", "attached_pic"])
        let bytes = try [plain, tagged].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        let joined = try bench.folder.write(bytes[0] + bytes[1], to: "joined.mp3")
        let clip = try Clips.make(
            "sung.mp4", in: bench.folder,
            ["-i", Program.sample("portrait.mp4"), "-i", joined, "-map", "0:v", "-map", "1:a"]
                + ["-c", "copy", "-t", "2"])
        let start = try Data(contentsOf: URL(fileURLWithPath: cover)).prefix(200)
        func holdsCover(_ path: String) throws -> Bool {
            try Data(contentsOf: URL(fileURLWithPath: path)).firstRange(of: start) != nil
        }
        let out = try bench.mask(clip, to: "out.mkv")
        #expect(try holdsCover(clip) && !holdsCover(out))
        let sound = ["-map", "0:a", "-f", "md5", "-"]
        #expect(try Clips.ffmpeg(["-i", out] + sound) == Clips.ffmpeg(["-i", clip] + sound))
    }

    @Test func coverArtIsDropped() throws {
        let cover = try Clips.make(
            "cover.png", in: bench.folder, Clips.testSource("96x96") + ["-frames:v", "1"])
        let clip = try Clips.make(
            "covered.mp4", in: bench.folder,
            ["-i", Program.sample("portrait.mp4"), "-i", cover, "-map", "1", "-map", "0"]
                + ["-c", "copy", "-disposition:v:0", "attached_pic", "-t", "1"])
        try expectStatus(
            0, bench.masking(clip, to: "out.mp4", ["--preset", "ultrafast"]))
        #expect(try streams(bench.path("out.mp4")).sorted() == ["audio", "video"])
        #expect(
            try Clips.probe(
                bench.path("out.mp4"), ["-show_entries", "stream=width", "-select_streams", "v"])
                == ["360"])
    }

    @Test func theSecondVideoStreamOnRequest() throws {
        let clip = try Clips.make(
            "two.mkv", in: bench.folder,
            Clips.testSource(rate: "10") + Clips.testSource("128x96", rate: "10")
                + ["-map", "0", "-map", "1", "-c:v", "ffv1"])
        let out = try bench.mask(clip, to: "out.mkv", ["--video-stream", "1"])
        #expect(try Clips.probe(out, ["-show_entries", "stream=width"]) == ["128"])
    }

    @Test func aPartOfAClip() throws {
        let out = try bench.mask(bench.clip, to: "part.mkv", ["--start", "0.2", "--end", "0.5"])
        let masked = try times(out)
        #expect(masked.count == 3)
        #expect(abs((masked.first ?? 1) - 0) < 0.001)
        let frames = try bench.mask(bench.clip, to: "frames.mkv", ["--frames", "4"])
        #expect(try times(frames).count == 4)
    }
}
