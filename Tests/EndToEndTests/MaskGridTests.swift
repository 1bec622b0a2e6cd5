import Foundation
import MaskStreamTestSupport
import Testing

/// With `--mask-grid` patches are kept or masked whole.
@Suite struct MaskGridTests {
    let bench: Workbench
    /// Two frames of 64x48, gray with a white box of 8x6 pixels that touches two patches of 16.
    let clip: String

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "box.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=0x404040:size=64x48:rate=10:duration=0.2", "-vf"]
                + ["drawbox=x=28:y=20:w=8:h=6:color=white:t=fill", "-c:v", "ffv1"]
                + ["-pix_fmt", "yuv420p"])
    }

    /// The masks' patches of 16 pixels, 255, 0 or nil where they are not uniform.
    private func patches(_ options: [String]) throws -> [UInt8?] {
        let path = try bench.mask(
            clip, to: "out.mkv",
            ["--emit", "mask", "--threshold", "0.5", "--overwrite"] + options)
        let masks = try Planes(path)
        return (0..<12).map { index -> UInt8? in
            let (left, top) = (index % 4 * 16, index / 4 * 16)
            var values: Set<UInt8> = []
            for y in top..<top + 16 {
                for x in left..<left + 16 { values.insert(masks.luma(1, x, y) > 127 ? 255 : 0) }
            }
            return values.count == 1 ? values.first : nil
        }
    }

    private static let touched: [UInt8?] = (0..<12).map { [5, 6].contains($0) ? 255 : 0 }

    @Test(arguments: ["stable", "exact"])
    func touchedPatchesAreShownOrHiddenWhole(mode: String) throws {
        let options = ["--mask", mode, "--mask-grid", "16"]
        #expect(try patches(["--mask", mode]).contains(nil))
        #expect(try patches(options) == Self.touched)
        #expect(try patches(options + ["--invert"]) == Self.touched.map { $0 == 0 ? 255 : 0 })
    }

    @Test func theProfileSaysSo() throws {
        var profile = TestProfile()
        profile.mask = "  grid: 16"
        let own = try profile.write(to: bench.folder, as: "own")
        let out = bench.path("own.mkv")
        let run = ["--profile", own, "-o", out, "--codec", "ffv1", "--threshold", "0.5"]
        try expectStatus(0, [clip] + run)
        #expect(try Planes(out).luma(1, 16, 16) > 16)
        try expectStatus(0, [clip] + run + ["--overwrite", "--mask-grid", "8x4"])
        #expect(try Planes(out).luma(1, 16, 16) == 16)
        profile.mask = "  grid: 15"
        let odd = try profile.write(to: bench.folder, as: "odd")
        try expectStatus(
            78, [clip, "--profile", odd, "-o", bench.path("odd.mkv")], says: ["mask.grid"])
    }

    @Test func tokensAreCounted() throws {
        let events = bench.path("e.ndjson")
        let result = try expectStatus(
            0,
            bench.masking(
                clip, to: "out.mkv",
                ["--threshold", "0.5", "--mask-grid", "16", "--events", events]))
        let lines = try String(contentsOfFile: events, encoding: .utf8)
        #expect(lines.contains(#""tokens":{"all":12,"kept":2}"#), "\(lines)")
        #expect(result.errors.contains("tokens kept: 4 of 24 (16.7 %)"), "\(result.errors)")
        let plain = try expectStatus(
            0, bench.masking(clip, to: "plain.mkv", ["--threshold", "0.5", "--events", events]))
        #expect(!plain.errors.contains("tokens"))
        #expect(try !String(contentsOfFile: events, encoding: .utf8).contains("tokens"))
    }

    @Test(arguments: ["15", "0", "2", "16x", "16x15", "2048", "-16", "a"])
    func otherSizesAreRefused(size: String) throws {
        try expectStatus(
            64, bench.masking(clip, to: "out.mkv", ["--mask-grid=\(size)"]), says: ["mask-grid"])
    }
}
