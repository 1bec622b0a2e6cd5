import Foundation
import MaskStreamTestSupport
import Testing

/// What lies under wholly transparent pixels leaves in no kind of file.
@Suite struct AlphaTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// A kind of file with alpha, how `ffmpeg` makes it, and how it is written again.
    struct Kind: CustomTestStringConvertible {
        let name: String
        let encoder: [String]
        var output: [String] = []
        var isLossy = false

        /// FFmpeg's own decoders of VP8 and VP9 see no alpha.
        var decoder: [String] {
            guard name.hasSuffix(".webm") else { return [] }
            return ["-c:v", encoder.contains("libvpx") ? "libvpx" : "libvpx-vp9"]
        }

        var testDescription: String { "\(name) \(encoder.joined(separator: " "))" }
    }

    /// GIF is missing: its one transparent colour becomes white in every decoder.
    static let kinds = [
        Kind(name: "a.png", encoder: ["-pix_fmt", "rgba"]),
        Kind(name: "a.png", encoder: ["-pix_fmt", "rgba64be"]),
        Kind(name: "a.png", encoder: ["-pix_fmt", "ya8"]),
        Kind(name: "a.png", encoder: ["-pix_fmt", "ya16be"]),
        Kind(name: "a.png", encoder: ["-pix_fmt", "pal8"]),
        Kind(name: "a.tiff", encoder: ["-pix_fmt", "rgba"]),
        Kind(
            name: "a.webp", encoder: ["-lossless", "1"], output: ["--encoder-option", "lossless=1"]),
        Kind(name: "a.apng", encoder: ["-pix_fmt", "rgba"]),
        Kind(name: "a.mov", encoder: ["-c:v", "qtrle"], output: ["--codec", "qtrle"]),
        Kind(name: "a.mov", encoder: ["-c:v", "png"], output: ["--codec", "png"]),
        Kind(
            name: "a.mkv", encoder: ["-c:v", "ffv1", "-pix_fmt", "bgra"],
            output: ["--codec", "ffv1"]),
        Kind(
            name: "a.mkv", encoder: ["-c:v", "ffv1", "-pix_fmt", "yuva444p10"],
            output: ["--codec", "ffv1"]),
        Kind(
            name: "a.mkv", encoder: ["-c:v", "ffv1", "-pix_fmt", "yuva420p"],
            output: ["--codec", "ffv1"], isLossy: true),
        Kind(
            name: "a.mov", encoder: ["-c:v", "prores_ks", "-pix_fmt", "yuva444p10"],
            output: ["--codec", "prores_ks"], isLossy: true),
        Kind(
            name: "a.webm", encoder: ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p"], isLossy: true),
        Kind(
            name: "a.webm",
            encoder: ["-c:v", "libvpx", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0"],
            output: ["--codec", "libvpx"], isLossy: true),
    ]

    /// A file of a kind, drawn by a filter over black.
    private func drawn(_ kind: Kind, _ filter: String) throws -> String {
        let isStill = ["png", "tiff", "webp"].contains { kind.name.hasSuffix(".\($0)") }
        return try Clips.make(
            kind.name, in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=0.3,format=rgba"]
                + ["-filter_complex", filter] + (isStill ? ["-frames:v", "1"] : [])
                + kind.encoder)
    }

    /// A PNG of one grey whose left half is as opaque as is said.
    private func faintHalf(_ grey: Int, alpha: Int) throws -> String {
        try drawn(
            Kind(name: "faint.png", encoder: []),
            "geq=r=\(grey):g=\(grey):b=\(grey):a='if(lt(X,32),\(alpha),255)'")
    }

    /// Bright everywhere and seen in its right half only.
    private func half(_ kind: Kind) throws -> String {
        let picture = "geq=r='200+mod(X,50)':g='180+mod(Y,40)':b=220:a='if(lt(X,32),0,255)'"
        let palette = "split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse"
        let isPalette = kind.encoder.last == "pal8"
        return try drawn(kind, picture + (isPalette ? ",\(palette)" : ""))
    }

    @Test(arguments: kinds)
    func invisibleColoursLeaveNowhere(kind: Kind) throws {
        let input = try half(kind)
        let ending = kind.name.split(separator: ".")[1]
        let requests = ["--invert", "--threshold", "1", "--mask", "exact"] + kind.output
        let result = try expectStatus(0, bench.masking(input, to: "out.\(ending)", requests))
        #expect(result.errors.contains("kept 100.0 %"))
        let (before, after) = try (
            Colors(input, width: 64, height: 48, decoder: kind.decoder),
            Colors(bench.path("out.\(ending)"), width: 64, height: 48, decoder: kind.decoder)
        )
        #expect(after.pixels == before.pixels && after.pictures >= 1)
        // At the edge chroma is shared, and lossy encoders ring.
        let margin = kind.isLossy ? 12 : 0
        let darkest: UInt16 = kind.isLossy ? 0x1800 : 0
        var (left, changed) = (0, 0)
        for index in 0..<after.pixels {
            let pixel = after.pixel(index)
            if index % 64 < 32 - margin, pixel.prefix(3).contains(where: { $0 > darkest }) {
                left += 1
            }
            if !kind.isLossy, index % 64 >= 32, pixel != before.pixel(index) { changed += 1 }
        }
        #expect(left == 0 && changed == 0)
    }

    /// Black everywhere, with a drawing of many levels in alpha.
    private func ink(_ kind: Kind) throws -> String {
        try drawn(kind, "geq=r=0:g=0:b=0:a='mod(X*5+Y*3,256)'")
    }

    @Test(
        "A drawing in alpha is masked, whatever the fill",
        arguments: kinds.filter { $0.encoder.last != "pal8" }, ["zero", "#00ff00", "blur"])
    func inkIsMasked(kind: Kind, fill: String) throws {
        let ending = kind.name.split(separator: ".")[1]
        let requests = ["--threshold", "1", "--fill", fill] + kind.output
        let result = try expectStatus(
            0, bench.masking(try ink(kind), to: "out.\(ending)", requests))
        #expect(result.errors.contains("kept 0.0 %"))
        let output = try Colors(
            bench.path("out.\(ending)"), width: 64, height: 48, decoder: kind.decoder)
        #expect((0..<output.pixels).allSatisfy { output.pixel($0)[3] < (kind.isLossy ? 0x300 : 1) })
    }

    @Test("What is drawn in alpha is found where it is to be hidden")
    func inkIsFound() throws {
        // Black, and as bright as the grey behind it where it is faint; what is bright is hidden.
        let requests = ["--invert", "--threshold", "0.3", "--mask", "exact"]
        try expectStatus(
            0, bench.masking(try faintHalf(0, alpha: 60), to: "o.png", requests))
        let output = try Colors(bench.path("o.png"), width: 64, height: 48)
        for index in 0..<output.pixels where (8..<24).contains(index % 64) {
            #expect(output.pixel(index)[3] == 0)
        }
        for index in 0..<output.pixels where (40..<60).contains(index % 64) {
            #expect(output.pixel(index)[3] == 0xFFFF)
        }
    }

    @Test("What is faint is found where it is to be hidden", arguments: [1, 90, 255])
    func faint(alpha: Int) throws {
        let requests = ["--invert", "--threshold", "0.7", "--mask", "exact"]
        try expectStatus(
            0, bench.masking(try faintHalf(255, alpha: alpha), to: "o.png", requests))
        let output = try Colors(bench.path("o.png"), width: 64, height: 48)
        #expect((0..<output.pixels).allSatisfy { output.pixel($0).prefix(3) == [0, 0, 0] })
    }
}
