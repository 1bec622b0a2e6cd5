import Foundation
import MaskStreamTestSupport
import Testing

/// What goes with the pictures and is no picture: captions, arrangements, profiles, loops.
@Suite struct SideDataTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// How many frames, and the stream, have a kind of side data.
    private func count(_ kind: String, _ path: String) throws -> Int {
        try Clips.probe(
            path,
            ["-of", "default", "-show_frames", "-show_streams", "-select_streams", "v"]
        ).filter { $0.hasPrefix("side_data_type=\(kind)") }.count
    }

    private func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
    }

    private func h264(_ name: String, message: [UInt8]) throws -> String {
        let plain = try Clips.make(
            "plain.264", in: bench.folder,
            Clips.testSource(rate: "25", seconds: 0.4) + ["-c:v", "libx264", "-bf", "0"])
        let marked = SideDataFixtures.h264(
            try Data(contentsOf: URL(fileURLWithPath: plain)), message: message)
        let stream = try bench.folder.write(marked, to: "marked.264")
        return try Clips.make(name, in: bench.folder, ["-i", stream, "-c", "copy"])
    }

    @Test(arguments: ["mp4", "mkv", "ts", "avi"])
    func captionsStay(kind: String) throws {
        let clip = try h264("in.mp4", message: SideDataFixtures.captions)
        #expect(try count("ATSC A53", clip) == 10)
        // They are what is said, as subtitles are, so that they stay also where faces are hidden.
        for more in [[], ["--invert", "--overwrite"]] {
            let result = try expectStatus(0, bench.masking(clip, to: "out.\(kind)", more))
            #expect(try count("ATSC A53", bench.path("out.\(kind)")) == 10)
            #expect(!result.errors.contains("captions"), "\(result.errors)")
        }
    }

    @Test func captionsInTheirOwnStreamStay() throws {
        let clip = try h264("in.mp4", message: SideDataFixtures.captions)
        let apart = try Clips.make(
            "apart.mov", in: bench.folder,
            ["-f", "lavfi", "-i", "movie=\(clip)[out0+subcc]", "-map", "0", "-c:v", "mpeg4"]
                + ["-c:s", "copy"])
        try expectStatus(0, bench.masking(apart, to: "out.mov", ["--strict-streams"]))
        let packets = try [apart, bench.path("out.mov")].map {
            try Clips.probe($0, ["-show_entries", "packet=pts,size", "-select_streams", "s"])
        }
        #expect(packets[0].count > 5 && packets[0] == packets[1])
    }

    @Test func whatNobodyWritesIsNamed() throws {
        let captions = try h264("cc.mp4", message: SideDataFixtures.captions)
        let format = try h264("afd.mp4", message: SideDataFixtures.activeFormat)
        for (clip, name, word) in [
            (captions, "cc.mkv", "captions"), (format, "afd.mkv", "active format"),
        ] {
            let result = try expectStatus(0, bench.masking(clip, to: name, ["--codec", "ffv1"]))
            let lines = result.errors.split(separator: "\n").filter { $0.contains(word) }
            #expect(lines.count == 1, "\(result.errors)")
        }
    }

    @Test func twoViewsStay() throws {
        let clip = try Clips.make(
            "in.mp4", in: bench.folder,
            Clips.testSource(seconds: 0.2) + ["-c:v", "libx264", "-x264-params", "frame-packing=3"])
        for (name, more) in [
            ("a.mp4", []), ("b.mov", []), ("c.ts", []), ("d.mkv", ["--codec", "ffv1"]),
            ("e.webm", ["--codec", "libvpx-vp9"]),
        ] {
            let result = try expectStatus(0, bench.masking(clip, to: name, more))
            #expect(try count("Stereo 3D", bench.path(name)) > 0, "\(name)")
            #expect(!result.errors.contains("views"), "\(result.errors)")
        }
        // From one container's header into the other's, and into pictures where it has no place.
        for (input, name) in [("d.mkv", "f.mp4"), ("a.mp4", "g.mkv"), ("d.mkv", "h.mov")] {
            try expectStatus(0, bench.masking(bench.path(input), to: name))
            #expect(try count("Stereo 3D", bench.path(name)) > 0, "\(name)")
        }
        let result = try expectStatus(0, bench.masking(clip, to: "i.avi", ["--codec", "mjpeg"]))
        #expect(result.errors.contains("two views"), "\(result.errors)")
    }

    @Test func spheresStayOrAreNamed() throws {
        _ = try Clips.make(
            "flat.mp4", in: bench.folder, Clips.testSource(seconds: 0.2) + ["-c:v", "mpeg4"])
        let clip = try bench.folder.write(
            SideDataFixtures.spherical(try data("flat.mp4")), to: "in.mp4")
        #expect(try count("Spherical", clip) == 1)
        for name in ["out.mp4", "out.mkv"] {
            try expectStatus(0, bench.masking(clip, to: name))
            #expect(try count("Spherical", bench.path(name)) == 1, "\(name)")
        }
        let result = try expectStatus(0, bench.masking(clip, to: "out.mov"))
        #expect(result.errors.contains("360"), "\(result.errors)")
    }

    @Test(arguments: [0, 1, 3])
    func animationsPlayAsOften(plays: Int) throws {
        let apng = try Clips.make(
            "in.apng", in: bench.folder,
            Clips.testSource(seconds: 0.2) + ["-plays", "\(plays)", "-pix_fmt", "rgb24"])
        let gif = try Clips.make(
            "in.gif", in: bench.folder,
            Clips.testSource(seconds: 0.2) + ["-loop", "\([0: 0, 1: -1, 3: 2][plays] ?? 0)"])
        for (input, name) in [
            (apng, "a.apng"), (apng, "a.gif"), (gif, "b.apng"), (gif, "b.gif"),
        ] {
            try expectStatus(0, bench.masking(input, to: name))
            let bytes = [UInt8](try data(name))
            if name.hasSuffix("gif") {
                let place = bytes.firstRange(of: Array("NETSCAPE2.0".utf8))?.upperBound
                #expect(place.map { Int(bytes[$0 + 2]) } == [0: 0, 3: 2][plays], "\(name)")
            } else {
                let place = try #require(bytes.firstRange(of: Array("acTL".utf8))?.upperBound)
                #expect(Int(bytes[place + 7]) == plays, "\(name)")
            }
        }
        // Also from a pipe, which cannot be read twice; MP4 does not repeat.
        let result = try Program.run(
            ["-", "--profile", bench.light, "-o", bench.path("out.mp4")], input: data("in.apng"))
        #expect(result.status == 0 && result.errors.contains("plays") == (plays != 1))
    }
}
