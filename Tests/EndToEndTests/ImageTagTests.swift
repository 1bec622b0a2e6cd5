import Foundation
import MaskStreamTestSupport
import Testing

/// What an image's file tells beside its pixels.
@Suite struct ImageTagTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// An image of 64x48 with EXIF: a camera, a place, a thumbnail, a maker note, upright.
    private func image(_ name: String, orientation: UInt8 = 1) throws -> String {
        let kind = name.split(separator: ".").last.map(String.init) ?? ""
        let plain = try Clips.make(
            "plain.\(kind)", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        let file = try Data(contentsOf: URL(fileURLWithPath: plain))
        let exif = PictureFixtures.cameraExif(orientation: orientation)
        return try bench.folder.write(
            PictureFixtures.tagged(file, kind: kind, exif: exif), to: name)
    }

    private func holds(_ name: String, _ text: String) throws -> Bool {
        try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
            .firstRange(of: Data(text.utf8)) != nil
    }

    @Test(arguments: ["in.jpg", "in.png", "in.webp"], ["out.jpg", "out.png", "out.webp"])
    func exifStays(input: String, output: String) throws {
        let image = try image(input, orientation: 6)
        let result = try expectStatus(0, bench.masking(image, to: output))
        for word in ["Canonet", "2024:01:02", "PLACE"] {
            #expect(try holds(output, word), "\(word)")
        }
        for word in ["THUMB", "MAKERNOTE"] { #expect(try !holds(output, word), "\(word)") }
        #expect(result.errors.contains("the thumbnail, the maker note"), "\(result.errors)")
        // The picture is upright in the file: no program may turn it again.
        #expect(
            try Clips.probe(bench.path(output), ["-show_entries", "stream=width,height"])
                == ["48,64"])
        let again = try expectStatus(0, bench.masking(bench.path(output), to: "again.png"))
        #expect(!again.errors.contains("turned"), "\(again.errors)")
        #expect(try holds("again.png", "Canonet"))
    }

    @Test(arguments: [["--metadata", "strip"], ["--invert"]])
    func exifGoesOnRequest(wish: [String]) throws {
        for name in ["out.jpg", "out.png"] {
            try expectStatus(0, bench.masking(try image("in.jpg"), to: name, wish))
            for word in ["Canonet", "2024:01:02", "PLACE", "THUMB"] {
                #expect(try !holds(name, word), "\(word)")
            }
        }
    }

    @Test func exifOfAFolder() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("in"), withIntermediateDirectories: true)
        for name in ["in/a.jpg", "in/b.png"] {
            try FileManager.default.moveItem(
                atPath: try image(name.replacing("/", with: "-")), toPath: bench.path(name))
        }
        try expectStatus(0, bench.masking(bench.path("in"), to: "out"))
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.path("out"))
        #expect(names.count == 2)
        for name in names { #expect(try holds("out/\(name)", "Canonet")) }
    }

    @Test func whatTheOutputCannotHoldIsNamed() throws {
        for name in ["out.tif", "out.mp4"] {
            let result = try expectStatus(0, bench.masking(try image("in.jpg"), to: name))
            #expect(result.errors.contains("EXIF"), "\(result.errors)")
        }
    }

    @Test func profilesStay() throws {
        let plain = try Clips.make(
            "plain.png", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        let file = try Data(contentsOf: URL(fileURLWithPath: plain))
        let image = try bench.folder.write(
            PictureFixtures.png(file, profile: PictureFixtures.profile), to: "in.png")
        #expect(try holds("in.png", "PRIVATE PICTURE"))
        for name in ["out.png", "out.jpg", "out.webp"] {
            try expectStatus(0, bench.masking(image, to: name, ["--metadata", "strip"]))
            let sides = try Clips.probe(
                bench.path(name), ["-of", "default", "-show_frames"]
            ).filter { $0 == "side_data_type=ICC profile" }
            #expect(sides.count == 1, "\(name)")
            #expect(try !holds(name, "PRIVATE PICTURE"), "\(name)")
        }
        // A profile of colours says nothing of greys.
        for (name, more) in [("out.tif", []), ("mask.png", ["--emit", "mask"])] {
            let result = try expectStatus(0, bench.masking(image, to: name, more))
            #expect(result.errors.contains("ICC profile"), "\(result.errors)")
        }
        // One without tags, behind which lies anything.
        let head = PictureFixtures.profile.prefix(128) + [0, 0, 0, 0]
        let bare = try bench.folder.write(
            PictureFixtures.png(file, profile: head + Array("PRIVATE PICTURE".utf8)),
            to: "bare.png")
        for wish in [[], ["--invert"]] {
            let result = try expectStatus(
                0, bench.masking(bare, to: "out.jpg", wish + ["--overwrite"]))
            #expect(result.errors.contains("the ICC profile is dropped"), "\(result.errors)")
            #expect(try !holds("out.jpg", "PRIVATE PICTURE"))
        }
    }

    @Test func densityAndTextsStay() throws {
        let plain = try Clips.make(
            "plain.png", in: bench.folder, Clips.testSource() + ["-frames:v", "1"])
        var file = try Data(contentsOf: URL(fileURLWithPath: plain))
        let density: [UInt8] = [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1]  // 300 dots per inch
        for (name, content) in [
            ("pHYs", density), ("tEXt", Array("Author\0me".utf8)),
            ("tEXt", Array("Comment\0fine".utf8)),
            ("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0<x>face</x>".utf8)),
        ] {
            file = PictureFixtures.png(file, chunk: name, content)
        }
        let image = try bench.folder.write(file, to: "in.png")
        let result = try expectStatus(0, bench.masking(image, to: "out.png"))
        #expect(result.errors.contains("XMP"), "\(result.errors)")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.path("out.png"))))
        #expect(bytes.firstRange(of: Array("pHYs".utf8) + density) != nil)
        #expect(try holds("out.png", "Author\0me") && holds("out.png", "fine"))
        #expect(try !holds("out.png", "face"))
        try expectStatus(0, bench.masking(image, to: "out.jpg"))
        let jpeg = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.path("out.jpg"))))
        #expect(jpeg.firstRange(of: Array("JFIF\0".utf8) + [1, 2, 1, 1, 44, 1, 44]) != nil)
        #expect(try holds("out.jpg", "fine"))
        try expectStatus(0, bench.masking(bench.path("out.jpg"), to: "back.png"))
        let back = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.path("back.png"))))
        #expect(back.firstRange(of: Array("pHYs".utf8) + density) != nil)
        #expect(try holds("back.png", "fine"))
    }
}
