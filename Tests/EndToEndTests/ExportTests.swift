import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream export`: the masks of an analysis as annotations.
@Suite struct ExportTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private struct Annotations: Decodable {
        struct Image: Decodable {
            let id: Int
            let width: Int
            let height: Int
        }
        struct Annotation: Decodable {
            struct Attributes: Decodable { let track_id: Int }
            let image_id: Int
            let bbox: [Int]
            let area: Int
            let attributes: Attributes
        }
        let images: [Image]
        let annotations: [Annotation]
    }

    /// Ten frames of 96x64 with two bright boxes, the smaller one from the fifth on, turned by 90
    /// degrees where asked for.
    private func analysis(_ options: [String] = [], isTurned: Bool = false) throws -> String {
        var clip = try Clips.make(
            "boxes.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=96x64:rate=10:duration=1"]
                + [
                    "-vf",
                    "drawbox=8:8:24:32:white:fill,drawbox=64:16:16:16:white:fill:enable='gte(n,4)'",
                    "-pix_fmt", "yuv420p",
                ] + (isTurned ? ["-c:v", "libx264", "-qp", "0"] : ["-c:v", "ffv1"]))
        if isTurned {
            let turned = ["-i", clip, "-c", "copy", "-metadata:s:v", "rotate=90"]
            clip = try Clips.make("turned.mp4", in: bench.folder, turned)
        }
        let folder = bench.path("analysis")
        try expectStatus(0, ["analyze", clip, "-p", bench.light, "-o", folder] + options)
        return folder
    }

    private func coco(_ folder: String) throws -> Annotations {
        try expectStatus(
            0, ["export", folder, "--format", "coco", "-o", bench.path("a.json")])
        let data = try Data(contentsOf: URL(fileURLWithPath: bench.path("a.json")))
        return try JSONDecoder().decode(Annotations.self, from: data)
    }

    @Test("Each subject of each frame has an annotation", arguments: [[], ["--invert"]])
    func coco(options: [String]) throws {
        let found = try coco(try analysis(options))
        #expect(found.images.map(\.id) == Array(1...10))
        #expect(found.images.allSatisfy { $0.width == 96 && $0.height == 64 })
        #expect(found.annotations.count == 10 + 6)
        for annotation in found.annotations {
            let isLarge = annotation.attributes.track_id == 1
            #expect(isLarge || annotation.image_id >= 5)
            let box = isLarge ? [8, 8, 24, 32] : [64, 16, 16, 16]
            // The map is coarser than the frame.
            #expect(zip(annotation.bbox, box).allSatisfy { abs($0 - $1) <= 4 }, "\(annotation)")
            #expect(annotation.area <= annotation.bbox[2] * annotation.bbox[3])
            #expect(abs(annotation.area - box[2] * box[3]) < box[2] * box[3] / 3)
        }
    }

    @Test("Annotations lie over the upright frame")
    func turned() throws {
        let found = try coco(try analysis(isTurned: true))
        #expect(found.images.allSatisfy { $0.width == 64 && $0.height == 96 })
        let box = try #require(found.annotations.first?.bbox)
        #expect(zip(box, [8, 64, 32, 24]).allSatisfy { abs($0 - $1) <= 4 }, "\(box)")
    }

    @Test("Mattes are what render --emit mask shows")
    func mattes() throws {
        let folder = try analysis()
        let mattes = bench.path("mattes")
        let result = try expectStatus(0, ["export", folder, "--format", "mattes", "-o", mattes])
        #expect(result.errors.contains("\(mattes): 10 frames"), "\(result.errors)")
        let video = bench.path("mask.mkv")
        try expectStatus(0, ["render", folder, "--emit", "mask", "--codec", "ffv1", "-o", video])
        let frames = try Clips.rawVideo(video, pixelFormat: "gray")
        let images = try (0..<10).reduce(into: Data()) {
            $0 += try Clips.rawVideo("\(mattes)/00000\($1).png", pixelFormat: "gray")
        }
        #expect(images == frames && images.count == 10 * 96 * 64 && images.contains(255))
    }

    @Test("The other forms have all frames", arguments: ["mots", "yolo", "cvat"])
    func others(form: String) throws {
        let folder = try analysis()
        let output = bench.path(form)
        try expectStatus(0, ["export", folder, "--format", form, "-o", output])
        guard form != "cvat" else {
            let text = try String(contentsOfFile: output, encoding: .utf8)
            #expect(text.split(separator: "\n").filter { $0.contains("outside=\"0\"") }.count == 16)
            return
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: form == "yolo" ? "\(output)/labels/train" : output)
        #expect(names.count == 10)
    }

    @Test("What is there is not written over, nor is the analysis")
    func taken() throws {
        let folder = try analysis()
        let file = try bench.folder.write(Data("mine".utf8), to: "a.json")
        for (form, output) in [
            ("coco", file), ("mots", file), ("mots", folder), ("coco", "\(folder)/maps.mkv"),
        ] {
            try expectStatus(73, ["export", folder, "--format", form, "-o", output])
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        try expectStatus(
            0, ["export", folder, "--format", "coco", "-o", file, "--overwrite"])
        try expectStatus(
            73,
            ["export", folder, "--format", "coco", "-o", "\(folder)/events.ndjson", "--overwrite"])
        try expectStatus(64, ["export", folder, "--format", "voc", "-o", bench.path("b")])
        try expectStatus(64, ["export", folder, "--format", "coco", "-o", "-"], says: ["-o"])
    }

    @Test("The names of an analysis are its own, also where no file has one yet")
    func ownNames() throws {
        let folder = try analysis()
        for name in ["edits.yaml", "audit.ndjson", "findings.json"] {
            let path = "\(folder)/./\(name)"
            try expectStatus(
                73, ["export", folder, "--format", "coco", "-o", path], says: [path])
            try expectStatus(73, ["render", folder, "--events", path], says: [path])
        }
        try expectStatus(0, ["render", folder, "--events", "\(folder)/mine.ndjson"])
    }
}
