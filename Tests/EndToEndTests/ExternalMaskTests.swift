import Foundation
import MaskStreamTestSupport
import Testing

/// `--masks`: masks that were made elsewhere, in place of a profile.
@Suite struct ExternalMaskTests {
    let bench: Workbench
    let original: Planes

    init() throws {
        bench = try Workbench()
        original = try Planes(bench.clip)
    }

    /// The forms in which masks come; `limited` is a video of limited range.
    static let kinds = ["video", "limited", "images", "coco"]

    /// A box with odd sides that moves two pixels a frame.
    private static func isWhite(_ frame: Int, _ x: Int, _ y: Int) -> Bool {
        (7 + 2 * frame..<30 + 2 * frame).contains(x) && (5..<20).contains(y)
    }

    /// Writes masks of the clip in a form, of a range of frames.
    private func masks(_ kind: String, frames: Range<Int> = 0..<10) throws -> String {
        guard kind != "coco" else { return try coco(frames) }
        let pixels = frames.flatMap { frame in
            (0..<48).flatMap { y in
                (0..<64).map { Self.isWhite(frame, $0, y) ? UInt8(255) : 0 }
            }
        }
        let raw = try bench.folder.write(Data(pixels), to: "masks.raw")
        let read = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "64x48", "-r", "10", "-i", raw]
        switch kind {
        case "images":
            let folder = bench.folder.url.appendingPathComponent("masks")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return try Clips.make("masks/%03d.png", in: bench.folder, read).replacing(
                "/%03d.png", with: "")
        case "limited":
            return try Clips.make(
                "masks.mp4", in: bench.folder,
                read + ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p"])
        default: return try Clips.make("masks.mkv", in: bench.folder, read + ["-c:v", "ffv1"])
        }
    }

    /// COCO with counts that are not compressed, column by column.
    private func coco(_ frames: Range<Int>) throws -> String {
        let images = frames.map { #"{"id":\#($0 + 7),"width":64,"height":48}"# }
        let annotations = frames.map { frame in
            var (counts, isWhite) = ([0], false)
            for pixel in 0..<64 * 48 {
                if Self.isWhite(frame, pixel / 48, pixel % 48) != isWhite {
                    isWhite.toggle()
                    counts.append(0)
                }
                counts[counts.count - 1] += 1
            }
            return
                #"{"image_id":\#(frame + 7),"segmentation":{"size":[48,64],"counts":\#(counts)}}"#
        }
        let text = """
            {"info": {"list": [{"id": "]}"}]}, "images": [\(images.joined(separator: ", "))],
            "annotations": [\(annotations.joined(separator: ",\n"))]}
            """
        return try bench.folder.write(Data(text.utf8), to: "masks.json")
    }

    private func run(_ masks: String, to name: String = "out.mkv", _ more: [String] = [])
        -> [String]
    {
        [bench.clip, "--masks", masks, "-o", bench.path(name), "--codec", "ffv1"] + more
    }

    /// Expects a frame's cells to be those of the clip where a test holds, else black.
    private func expect(
        _ planes: Planes, sourceLocation: SourceLocation = #_sourceLocation,
        isKept: (_ frame: Int, _ x: Int, _ y: Int) -> Bool
    ) {
        var wrong: [[Int]] = []
        planes.forEachCell { frame, x, y in
            let kept = isKept(frame, x, y)
            let lumas = kept ? original.lumas(frame, x, y) : [16, 16, 16, 16]
            let chroma = kept ? original.chroma(frame, x, y) : [128, 128]
            if planes.lumas(frame, x, y) != lumas || planes.chroma(frame, x, y) != chroma {
                wrong.append([frame, x, y])
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))", sourceLocation: sourceLocation)
    }

    /// Whether all pixels of a cell, or any, are white.
    private static func all(_ frame: Int, _ x: Int, _ y: Int) -> Bool {
        (0..<4).allSatisfy { isWhite(frame, 2 * x + $0 % 2, 2 * y + $0 / 2) }
    }

    private static func any(_ frame: Int, _ x: Int, _ y: Int) -> Bool {
        (0..<4).contains { isWhite(frame, 2 * x + $0 % 2, 2 * y + $0 / 2) }
    }

    @Test("White is kept, or hidden, and a cell with a hidden pixel is hidden", arguments: kinds)
    func exactPixels(kind: String) throws {
        let masks = try masks(kind)
        try expectStatus(0, run(masks))
        let kept = try Planes(bench.path("out.mkv"))
        #expect(kept.count == 10)
        expect(kept, isKept: Self.all)
        try expectStatus(0, run(masks, to: "hidden.mkv", ["--masks-hide"]))
        let hidden = try Planes(bench.path("hidden.mkv"))
        #expect(hidden.count == 10)
        expect(hidden) { !Self.any($0, $1, $2) }
    }

    @Test("What --emit mask shows is the same mask again", arguments: [[], ["--masks-hide"]])
    func emitsTheMask(polarity: [String]) throws {
        try expectStatus(0, run(masks("images"), to: "one.mkv", polarity + ["--emit", "mask"]))
        // In it white is kept, whatever was white in the first.
        try expectStatus(0, run(bench.path("one.mkv"), to: "two.mkv", ["--emit", "mask"]))
        let one = try Clips.rawVideo(bench.path("one.mkv"), pixelFormat: "gray")
        #expect(try Clips.rawVideo(bench.path("two.mkv"), pixelFormat: "gray") == one)
        #expect(one.contains(255) && one.contains(0))
    }

    @Test("What export writes gives the analysis' mask", arguments: [[], ["--invert"]])
    func exportAndBack(options: [String]) throws {
        let clip = try Clips.make(
            "boxes.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=96x64:rate=10:duration=1", "-vf"]
                + ["drawbox=8:8:24:32:white:fill,drawbox=64:16:16:16:white:fill:enable='gte(n,4)'"]
                + ["-pix_fmt", "yuv420p", "-c:v", "ffv1"])
        let (folder, json) = (bench.path("a"), bench.path("a.json"))
        try expectStatus(0, ["analyze", clip, "-p", bench.light, "-o", folder] + options)
        try expectStatus(0, ["export", folder, "--format", "coco", "-o", json])
        try expectStatus(
            0, ["render", folder, "--emit", "mask", "--codec", "ffv1", "-o", bench.path("r.mkv")])
        try expectStatus(
            0,
            [clip, "--masks", json, "--emit", "mask", "--codec", "ffv1", "-o", bench.path("m.mkv")]
                + (options.isEmpty ? [] : ["--masks-hide"]))
        let mask = try Clips.rawVideo(bench.path("m.mkv"), pixelFormat: "gray")
        #expect(mask == (try Clips.rawVideo(bench.path("r.mkv"), pixelFormat: "gray")))
        #expect(mask.count == 10 * 96 * 64 && mask.contains(255) && mask.contains(0))
    }

    @Test(
        "A frame whose mask cannot be used is masked whole",
        arguments: ["small", "damaged", "coloured", "transparent"], [[], ["--masks-hide"]])
    func unusable(fault: String, polarity: [String]) throws {
        let masks = try masks("images")
        let image = "\(masks)/005.png"
        switch fault {
        case "small":
            try Clips.ffmpeg([
                "-f", "lavfi", "-i", "color=white:size=32x24", "-frames:v", "1", image,
            ])
        case "coloured":
            try Clips.ffmpeg(
                ["-f", "lavfi", "-i", "color=0x800000:size=64x48,format=rgb24", "-frames:v", "1"]
                    + [image])
        case "transparent":
            try Clips.ffmpeg(
                ["-f", "lavfi", "-i", "color=white@0.5:size=64x48,format=rgba", "-frames:v", "1"]
                    + [image])
        default: try Data("no image".utf8).write(to: URL(fileURLWithPath: image))
        }
        let events = bench.path("e.ndjson")
        let result = try expectStatus(0, run(masks, polarity + ["--events", events]))
        expect(try Planes(bench.path("out.mkv"))) {
            $0 != 4 && (polarity.isEmpty ? Self.all($0, $1, $2) : !Self.any($0, $1, $2))
        }
        #expect(result.errors.contains("cannot be used"), "\(result.errors)")
        let misses = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains(#""miss":"missing""#) }
        #expect(misses.count == 1 && misses[0].contains(#""frame":4,"#))
    }

    @Test("One mask too few or too many is no mask of this video", arguments: kinds)
    func otherCounts(kind: String) throws {
        for frames in [0..<9, 0..<11] {
            for name in ["masks", "out.mkv.part"] {
                try? FileManager.default.removeItem(atPath: bench.path(name))
            }
            try expectStatus(
                65, run(masks(kind, frames: frames), ["--masks-hide"]),
                says: ["not those of the video", "masks", "out.mkv.part"])
            #expect(!bench.has("out.mkv"))
            expect(try Planes(bench.path("out.mkv.part"))) {
                frames.contains($0) && !Self.any($0, $1, $2)
            }
        }
    }

    @Test("A frame without a mask of its time is masked whole", arguments: ["missing", "late"])
    func otherTimes(fault: String) throws {
        let change =
            fault == "missing"
            ? ["-vf", "select='not(eq(n,4))'", "-fps_mode", "passthrough"]
            : ["-vf", "settb=1/1000,setpts='PTS+if(eq(N,4),40,0)'", "-fps_mode", "passthrough"]
                + ["-enc_time_base", "1/1000"]
        let masks = try Clips.make(
            "other.mkv", in: bench.folder, ["-i", masks("video")] + change + ["-c:v", "ffv1"])
        try expectStatus(65, run(masks), says: ["1 of 10 frames have none, the first at 0.4 s"])
        expect(try Planes(bench.path("out.mkv.part"))) { $0 != 4 && Self.all($0, $1, $2) }
    }

    @Test("In COCO, an image that is left out is a frame without a mask")
    func leftOutImage() throws {
        let path = try masks("coco")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let image = #"{"id":11,"width":64,"height":48}, "#
        let annotation =
            text.split(separator: "\n").first { $0.contains(#"{"image_id":11,"#) } ?? ""
        try text.replacing(image, with: "").replacing("\(annotation)\n", with: "")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try expectStatus(65, run(path), says: ["1 of 10 frames have none, the first at 0.4 s"])
        expect(try Planes(bench.path("out.mkv.part"))) { $0 != 4 && Self.all($0, $1, $2) }
    }

    @Test("Damage wins, and later frames have their own masks", arguments: kinds)
    func damage(kind: String) throws {
        let clip = try Clips.make(
            "crc.mkv", in: bench.folder,
            ["-i", bench.clip, "-an", "-c:v", "ffv1", "-slicecrc", "1", "-g", "1"])
        let packets = try Clips.probe(clip, ["-show_entries", "packet=pos,size"])
        let numbers = packets[4].split(separator: ",").compactMap { Int($0) }
        var data = try Data(contentsOf: URL(fileURLWithPath: clip))
        let middle = (numbers.max() ?? 0) + (numbers.min() ?? 0) / 2
        for byte in middle..<middle + 40 { data[byte] ^= 0x55 }
        let broken = try bench.folder.write(data, to: "broken.mkv")
        try expectStatus(
            0,
            [broken, "--masks", masks(kind), "--masks-hide", "-o", bench.path("out.mkv")]
                + ["--codec", "ffv1"])
        expect(try Planes(bench.path("out.mkv"))) { $0 != 4 && !Self.any($0, $1, $2) }
    }

    @Test("Patches, fills and turned frames")
    func otherOptions() throws {
        let masks = try masks("video")
        for (polarity, touched) in [([], true), (["--masks-hide"], false)] {
            try expectStatus(
                0,
                run(masks, polarity + ["--mask-grid", "16", "--emit", "mask", "--overwrite"]))
            let patches = try Planes(bench.path("out.mkv"))
            patches.forEachCell { frame, x, y in
                let (columns, rows) = (x / 8 * 8..<x / 8 * 8 + 8, y / 8 * 8..<y / 8 * 8 + 8)
                let isTouched = columns.contains { x in
                    rows.contains { touched ? Self.all(frame, x, $0) : Self.any(frame, x, $0) }
                }
                #expect((patches.luma(frame, 2 * x, 2 * y) > 127) == (isTouched == touched))
            }
        }
        try expectStatus(0, run(masks, ["--fill", "#00ff00", "--overwrite"]))
        #expect(try Planes(bench.path("out.mkv")).chroma(0, 0, 0) != [128, 128])
        // Turned by a quarter, stored pixel (x, y) is displayed at (y, 63 - x).
        let turned = try Clips.make(
            "turned.mp4", in: bench.folder,
            ["-i", bench.clip, "-an", "-c:v", "libx264", "-qp", "0"])
        let tagged = try Clips.make(
            "tagged.mp4", in: bench.folder,
            ["-i", turned, "-c", "copy", "-metadata:s:v", "rotate=90"])
        let upright = try Clips.make(
            "upright.mkv", in: bench.folder,
            ["-i", masks, "-vf", "transpose=cclock", "-c:v", "ffv1"])
        try expectStatus(
            0,
            [tagged, "--masks", upright, "--emit", "mask", "-o", bench.path("t.mp4")]
                + ["--encoder-option", "qp=0"])
        let stored = try Planes(bench.path("t.mp4"))
        stored.forEachCell { frame, x, y in
            #expect((stored.luma(frame, 2 * x, 2 * y) > 127) == Self.all(frame, x, y))
        }
    }

    @Test("Masks with which nothing can be done are refused")
    func refuses() throws {
        let good = try masks("video")
        let out = bench.path("out.mkv")
        for (more, word) in [
            (["-p", bench.light], "--profile"), (["--invert"], "--masks-hide"),
            (["--start", "0.2"], "--start"), (["--threshold", "0.5"], "--threshold"),
            (["--keep-analysis", bench.path("a")], "--keep-analysis"),
        ] {
            try expectStatus(64, run(good, more), says: ["--masks", word])
        }
        try expectStatus(
            64, [bench.clip, "-p", bench.light, "--masks-hide", "-o", out], says: ["--masks"])
        try expectStatus(66, run(bench.path("none.mkv")), says: ["none.mkv"])
        for (text, word) in [
            ("{", "ends"), ("{}", "no images"),
            (
                #"{"images":[{"id":1,"width":4,"height":4}],"annotations":[{"image_id":2,"#
                    + #""segmentation":{"size":[4,4],"counts":"0"}}]}"#, "image 2"
            ),
            (
                #"{"images":[{"id":1,"width":4,"height":4}],"annotations":[{"image_id":1,"#
                    + #""segmentation":[[0,0,1,1,0,1]]}]}"#, "polygons"
            ),
        ] {
            let path = try bench.folder.write(Data(text.utf8), to: "bad.json")
            try expectStatus(65, run(path), says: [word, "bad.json"])
        }
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
        let images = try masks("images")
        for path in [good, "\(images)/003.png"] {
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let masks = path == good ? good : images
            try expectStatus(
                73,
                [bench.clip, "--masks", masks, "-o", out, "--overwrite", "--events", path],
                says: ["would replace an input"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test("No model runs, and a second look may follow")
    func withoutModels() throws {
        let masks = try masks("video")
        try expectStatus(
            0,
            run(masks, ["--certificate", bench.path("c.json"), "--receipt", bench.path("r.json")])
        )
        let environment = ["MASKSTREAM_ONNXRUNTIME": "/nowhere"]
        try expectStatus(0, run(masks, to: "two.mkv"), environment: environment)
        try expectStatus(
            70, run(masks, to: "three.mkv", ["--masks-hide", "--verify-with", bench.light]))
        #expect(bench.has("three.mkv.part") && !bench.has("three.mkv"))
    }
}
