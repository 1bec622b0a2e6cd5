import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

/// Pictures that are no YUV: grey, RGB, alpha, palettes, 16 bits.
@Suite struct NativePictureTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    static let kinds = [
        "gray", "gray16be", "rgb24", "rgb48be", "rgba", "rgba64be", "ya8", "ya16be", "pal8",
    ]
    static let exact = ["--threshold", "0.5", "--mask", "exact"]

    /// A PNG of a kind; where the kind has alpha, it runs through all values.
    private func picture(_ kind: String, size: String = "65x47") throws -> String {
        let alpha = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='mod(X*5+Y*3,256)'"
        let palette =
            "split[a][b];[a]palettegen=max_colors=200:reserve_transparent=0[p];[b][p]paletteuse"
        let hasAlpha = kind.hasPrefix("rgba") || kind.hasPrefix("ya")
        return try Clips.make(
            "\(kind).png", in: bench.folder,
            Clips.testSource(size) + ["-frames:v", "1", "-filter_complex"]
                + [hasAlpha ? alpha : kind == "pal8" ? palette : "null", "-pix_fmt", kind])
    }

    private func pixelFormat(_ path: String) throws -> [String] {
        try Clips.probe(path, ["-show_entries", "stream=pix_fmt"])
    }

    /// The output of a picture, and for each pixel whether the mask keeps it.
    private func masked(
        _ input: String, size: (Int, Int) = (65, 47), to name: String = "out.png",
        _ options: [String] = []
    ) throws -> (input: Colors, output: Colors, keeps: [Bool]) {
        try expectStatus(
            0, bench.masking(input, to: name, Self.exact + ["--overwrite"] + options))
        try expectStatus(
            0, bench.masking(input, to: "mask.png", Self.exact + ["--emit", "mask", "--overwrite"]))
        let mask = try GrayPictures(bench.path("mask.png"), width: size.0, height: size.1)
        return (
            try Colors(input, width: size.0, height: size.1),
            try Colors(bench.path(name), width: size.0, height: size.1),
            mask.bytes.map { $0 == 255 }
        )
    }

    /// The alpha of masked pixels: opaque where the whole picture is.
    private func maskedAlpha(of picture: Colors) -> UInt16 {
        (0..<picture.pixels).allSatisfy { picture.pixel($0)[3] == 0xFFFF } ? 0xFFFF : 0
    }

    @Test(arguments: kinds)
    func keptPixelsAreExactInAPictureOfTheSameKind(kind: String) throws {
        let (input, output, keeps) = try masked(picture(kind))
        #expect(try pixelFormat(bench.path("out.png")) == [kind])
        let alpha = maskedAlpha(of: input)
        var (kept, hidden, wrong) = (0, 0, 0)
        for (index, isKept) in keeps.enumerated() {
            let source = input.pixel(index)
            let expected = isKept ? source : [0, 0, 0, alpha]
            if output.pixel(index) != expected { wrong += 1 }
            if isKept { kept += 1 } else { hidden += 1 }
        }
        #expect(wrong == 0 && input.pixels == 65 * 47 && output.pixels == 65 * 47)
        #expect(kept > 300 && hidden > 300, "\(kept) kept, \(hidden) hidden")
    }

    @Test(
        arguments: ["gray", "rgb48be", "rgba", "ya16be", "pal8"],
        MaskFill.everyKind.map(\.description))
    func noFillMakesAPixelMoreOpaque(kind: String, fill: String) throws {
        let (input, output, keeps) = try masked(picture(kind), ["--fill", fill])
        let alpha = maskedAlpha(of: input)
        var (gains, wrong) = (0, 0)
        for (index, isKept) in keeps.enumerated() {
            let (source, result) = (input.pixel(index), output.pixel(index))
            if result[3] > source[3] { gains += 1 }
            if isKept, result != source { wrong += 1 }
            if !isKept, fill == "transparent", result != [0, 0, 0, 0] { wrong += 1 }
            if !isKept, fill != "transparent", result[3] != alpha { wrong += 1 }
        }
        #expect(gains == 0 && wrong == 0)
    }

    @Test(arguments: kinds, ["1x1", "2x3"])
    func tinyPictures(kind: String, size: String) throws {
        let sides = size.split(separator: "x").compactMap { Int($0) }
        let input = try picture(kind, size: size)
        let (source, output, keeps) = try masked(input, size: (sides[0], sides[1]))
        for (index, isKept) in keeps.enumerated() {
            let masked = [0, 0, 0, maskedAlpha(of: source)]
            #expect(output.pixel(index) == (isKept ? source.pixel(index) : masked))
        }
    }

    @Test func whatIsTransparentIsNotSeen() throws {
        // White, but for its left half wholly transparent: only the right half is bright.
        let input = try Clips.make(
            "half.png", in: bench.folder,
            ["-f", "lavfi", "-i", "color=white:size=64x48,format=rgba"]
                + ["-vf", "geq=r=255:g=255:b=255:a='if(lt(X,32),0,255)'", "-frames:v", "1"])
        try expectStatus(
            0, bench.masking(input, to: "map.png", ["--emit", "confidence"] + Self.exact))
        let map = try GrayPictures(bench.path("map.png"))
        #expect((120...135).contains(map.value(0, 4, 24)) && map.value(0, 60, 24) == 255)
    }

    @Test func alphaThatCannotBeKeptBecomesBlack() throws {
        let input = try Clips.make(
            "half.png", in: bench.folder,
            ["-f", "lavfi", "-i", "color=white:size=64x48,format=rgba"]
                + ["-vf", "geq=r=255:g=255:b=255:a='if(lt(X,32),0,255)'", "-frames:v", "1"])
        for name in ["out.jpg", "out.bmp", "out.ppm", "out.mp4"] {
            let result = try expectStatus(
                0, bench.masking(input, to: name, ["--threshold", "0"]))
            let output = try Colors(bench.path(name), width: 64, height: 48)
            if name == "out.bmp" {
                #expect(output.pixel(4, 24)[3] == 0)
            } else {
                #expect(output.pixel(4, 24)[0] < 0x0800, "\(name)")
                #expect(result.errors.contains("transparen"))
            }
            #expect(output.pixel(60, 24)[0] > 0xf000, "\(name)")
        }
    }

    @Test func aFolderOfAllKinds() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("in"), withIntermediateDirectories: true)
        for kind in Self.kinds {
            try FileManager.default.moveItem(
                atPath: picture(kind), toPath: bench.path("in/\(kind).png"))
        }
        try expectStatus(0, bench.masking(bench.path("in"), to: "out", Self.exact))
        for kind in Self.kinds {
            #expect(try pixelFormat(bench.path("out/\(kind).png")) == [kind])
        }
        try expectStatus(
            0, bench.masking(bench.path("in"), to: "clear", ["--fill", "transparent"]))
        let clear = try Self.kinds.map { try pixelFormat(bench.path("clear/\($0).png"))[0] }
        #expect(
            clear == [
                "ya8", "ya16be", "rgba", "rgba64be", "rgba", "rgba64be", "ya8", "ya16be", "pal8",
            ])
    }
}
