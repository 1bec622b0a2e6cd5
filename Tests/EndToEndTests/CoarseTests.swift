import Foundation
import MaskStreamTestSupport
import Testing

/// `--fill qp` masks nothing: the encoder spends fewer bits where the mask is.
@Suite struct CoarseTests {
    let bench: Workbench
    /// Ten frames of 128x96: noise that is light on the left and dark on the right.
    let clip: String

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "halves.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=gray:size=128x96:rate=10:duration=1"]
                + [
                    "-vf",
                    "noise=alls=60:allf=t,lutyuv=y='val/4',format=yuv420p,"
                        + "geq=lum='lum(X,Y)+if(lt(X,64),150,16)':cb=128:cr=128",
                ]
                + ["-c:v", "ffv1"])
    }

    /// The mean squared errors of the light and of the dark half.
    private func errors(_ path: String) throws -> (kept: Double, masked: Double) {
        let (before, after) = (
            try Planes(clip, width: 128, height: 96), try Planes(path, width: 128, height: 96)
        )
        try #require(before.count == 10 && after.count == 10)
        var sums = [0.0, 0.0]
        for picture in 0..<10 {
            for y in 0..<96 {
                for x in 0..<128 {
                    let difference =
                        Double(before.luma(picture, x, y)) - Double(after.luma(picture, x, y))
                    sums[x / 64] += difference * difference
                }
            }
        }
        return (sums[0] / 61440, sums[1] / 61440)
    }

    private func size(_ path: String) throws -> Int {
        try Data(contentsOf: URL(filePath: path)).count
    }

    @Test(arguments: ["libx264", "libx265"])
    func theMaskedHalfIsCoarserAndStillThere(codec: String) throws {
        let options = ["--threshold", "0.5", "--codec", codec, "--crf", "20"]
        let plain = bench.path("plain.mkv")
        try expectStatus(
            0, bench.masking(clip, to: "plain.mkv", options + ["--fill", "qp:1"]))
        let result = try expectStatus(
            0, bench.masking(clip, to: "coarse.mkv", options + ["--fill", "qp:16"]))
        #expect(result.errors.contains("masks nothing"), "\(result.errors)")
        let coarse = bench.path("coarse.mkv")
        #expect(try size(coarse) * 10 < size(plain) * 8)
        let (before, after) = (try errors(plain), try errors(coarse))
        #expect(after.masked > 4 * before.masked, "\(before), \(after)")
        #expect(after.kept < 1.5 * before.kept, "\(before), \(after)")
        // Black would be off by 30 and more.
        #expect(after.masked < 300)
    }

    @Test func whatHasNoMaskIsCoarseAllOver() throws {
        let undefined = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        let out = bench.path("missed.mkv")
        try expectStatus(
            0, [clip, "--profile", undefined, "-o", out, "--fill", "qp:16", "--crf", "20"])
        let found = try errors(out)
        #expect(found.kept > 10 && found.masked > 10, "\(found)")
    }

    static let deaf: [[String]] = [
        ["--codec", "ffv1"], ["--codec", "mpeg4"], ["--preset", "ultrafast"],
        ["--encoder-option", "aq-mode=0"],
    ]

    @Test("An encoder that does not obey is refused before the first frame", arguments: deaf)
    func refusal(options: [String]) throws {
        try expectStatus(
            69, bench.masking(clip, to: "out.mkv", ["--fill", "qp"] + options),
            says: ["--fill qp"])
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
    }

    static let contradictions: [([String], String)] = [
        (["--fill", "qp", "--invert"], "--invert"), (["--fill", "qp", "--emit", "mask"], "--emit"),
        (["--fill", "qp", "--watch"], "--watch"),
        (["--fill", "qp", "--certificate", "c.json"], "--certificate"),
        (["--fill", "qp", "--verify-with", "faces"], "--verify-with"),
        (["--fill", "qp:0"], "fill"),
        (["--fill", "qp:52"], "fill"), (["--fill", "qp:"], "fill"), (["--fill", "qp:x"], "fill"),
    ]

    @Test(arguments: contradictions)
    func contradictionsAreRefused(options: [String], names: String) throws {
        try expectStatus(64, bench.masking(clip, to: "out.mkv", options), says: [names])
    }

    @Test func aReportShowsNoMaskedPixel() throws {
        let report = bench.path("report.html")
        try expectStatus(
            0, bench.masking(clip, to: "r.mkv", ["--fill", "qp", "--report", report]))
        let page = try String(contentsOfFile: report, encoding: .utf8)
        #expect(page.contains("no unmasked image is in this page"))
    }
}
