import Foundation
import MaskStreamTestSupport
import Testing

/// `--emit packed` shows the subjects alone, on a canvas of its own size.
@Suite struct PackedTests {
    let bench: Workbench
    /// Twenty frames of 160x96: a resting square with a dark hole, a small one that moves and is
    /// there in the second half only, both on dark noise.
    let clip: String

    init() throws {
        bench = try Workbench()
        clip = try Clips.make(
            "subjects.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=0x202020:size=160x96:rate=10:duration=2"]
                + ["-f", "lavfi", "-i", "testsrc2=size=24x24:rate=10:duration=2"]
                + ["-f", "lavfi", "-i", "color=0xe0c0c0:size=12x10:rate=10:duration=2"]
                + ["-filter_complex"]
                + [
                    "[0]noise=alls=24:allf=t[n];[1]lutyuv=y='200+val/8'[s];"
                        + "[n][s]overlay=x=112:y=64[a];[a]drawbox=x=120:y=72:w=8:h=8:t=fill:"
                        + "color=0x101010[b];[b][2]overlay=x='8+30*t':y=8:enable='gte(t,1)',"
                        + "format=yuv420p"
                ] + ["-c:v", "ffv1"])
    }

    fileprivate struct FrameLine: Decodable {
        struct Packed: Decodable, Equatable {
            let track: Int
            let from: [Int]
            let to: [Int]
            let scale: Double
        }
        struct Subject: Decodable { let box: [Int] }
        let packed: [Packed]
        let subjects: [Subject]
        let miss: String?
    }

    /// The canvases and what the events say of them.
    private func pack(
        _ input: String, _ canvas: String, profile: String? = nil, _ more: [String] = []
    ) throws -> (canvases: Planes, lines: [FrameLine]) {
        let (out, events) = (bench.path("packed.mkv"), bench.path("packed.ndjson"))
        try expectStatus(
            0,
            [input, "--profile", profile ?? bench.light, "-o", out, "--codec", "ffv1"]
                + ["--emit", "packed", "--canvas", canvas, "--events", events, "--overwrite"]
                + ["--threshold", "0.5", "--mask", "exact"] + more)
        let sides = canvas.split(separator: "x").compactMap { Int($0) }
        return (
            try Planes(out, width: sides[0], height: sides[1]),
            try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
                .filter { $0.contains(#""type":"frame""#) }
                .map { try JSONDecoder().decode(FrameLine.self, from: Data($0.utf8)) }
        )
    }

    @Test func subjectsLieOnTheCanvasBitForBitAndTheRestIsTheFill() throws {
        let (canvases, lines) = try pack(clip, "64x48")
        let path = try bench.mask(clip, to: "m.mkv", ["--threshold", "0.5", "--mask", "exact"])
        let masked = try Planes(path, width: 160, height: 96)
        #expect(canvases.count == 20 && lines.count == 20)
        #expect(lines.map(\.packed.count) == (0..<20).map { $0 < 10 ? 1 : 2 })
        var (kept, hidden) = (0, 0)
        for (frame, line) in lines.enumerated() {
            for subject in line.subjects { #expect(line.packed.contains { $0.holds(subject.box) }) }
            for y in 0..<24 {
                for x in 0..<32 {
                    let place = line.packed.first { $0.isAt(2 * x, 2 * y) }
                    let lumas = canvases.lumas(frame, x, y)
                    guard let place else {
                        #expect(lumas == [16, 16, 16, 16])
                        #expect(canvases.chroma(frame, x, y) == [128, 128])
                        continue
                    }
                    #expect(place.scale == 1)
                    let column = x + (place.to[0] - place.from[0]) / 2
                    let row = y + (place.to[1] - place.from[1]) / 2
                    #expect(lumas == masked.lumas(frame, column, row))
                    #expect(canvases.chroma(frame, x, y) == masked.chroma(frame, column, row))
                    if lumas.contains(where: { $0 > 16 }) { kept += 1 } else { hidden += 1 }
                }
            }
        }
        // The square of 24 with its hole of 8, and the small one.
        #expect(kept >= 20 * (144 - 16) + 10 * 30 && hidden >= 20 * 16, "\(kept), \(hidden)")
    }

    @Test func aSubjectAtRestDoesNotMove() throws {
        let (_, lines) = try pack(clip, "64x48")
        let resting = lines.compactMap { line in line.packed.first { $0.to[0] > 100 } }
        #expect(resting.count == 20)
        #expect(Set(resting.map(\.from)).count == 1)
        let moving = lines.compactMap { line in line.packed.first { $0.to[0] < 100 } }
        #expect(Set(moving.map(\.to)).count > 5)
    }

    @Test func whatDoesNotFitIsShrunkTogether() throws {
        let (canvases, lines) = try pack(clip, "16x24")
        // The box is a cell of the map larger than the square of 24.
        #expect(lines[0].packed.map(\.scale) == [0.5])
        #expect(lines[15].packed.count == 2)
        #expect(Set(lines[15].packed.map(\.scale)).count == 1)
        #expect(
            (0..<20).allSatisfy { frame in
                (0..<24).contains { y in (0..<16).contains { canvases.luma(frame, $0, y) > 100 } }
            })
    }

    @Test func withoutAMapOrASubjectTheCanvasIsEmpty() throws {
        let undefined = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        for (profile, threshold, miss) in [
            (undefined, "0.1", "nan"), (bench.light, "1", nil),
        ] {
            let (canvases, lines) = try pack(
                clip, "32x32", profile: profile, ["--threshold", threshold])
            #expect(canvases.count == 20)
            #expect(lines.allSatisfy { $0.packed.isEmpty && $0.miss == miss })
            #expect(Set(canvases.bytes) == [16, 128])
        }
    }

    /// Without a primary, a subject costs no run of a model.
    @Test func allSubjectsOfAProfileWithoutAPrimary() throws {
        let boxes = (0..<8).map { "drawbox=x=\(4 + 20 * $0):y=30:w=12:h=12:t=fill:color=white" }
        let row = try Clips.make(
            "row.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=160x96:rate=10:duration=0.5"]
                + ["-vf", boxes.joined(separator: ",") + ",format=yuv420p", "-c:v", "ffv1"])
        let (_, lines) = try pack(row, "96x64")
        #expect(lines.map(\.packed.count) == Array(repeating: 8, count: 5))
        #expect(lines.map(\.subjects.count) == Array(repeating: 8, count: 5))
    }

    @Test func anImageIsPackedOnAnImage() throws {
        let image = try Clips.make(
            "image.png", in: bench.folder, ["-i", clip, "-frames:v", "1", "-pix_fmt", "rgb24"])
        let out = bench.path("canvas.png")
        try expectStatus(
            0,
            [image, "--profile", bench.light, "-o", out, "--emit", "packed", "--canvas", "40x30"]
                + ["--fill", "transparent", "--threshold", "0.5"])
        #expect(
            try Clips.probe(out, ["-show_entries", "stream=width,height,pix_fmt"])
                == ["40,30,rgba"])
    }

    @Test func runsAreTheSame() throws {
        let first = try pack(clip, "64x48").canvases.bytes
        #expect(try pack(clip, "64x48", ["--threads", "2"]).canvases.bytes == first)
    }

    static let contradictions = [
        (["--emit", "packed"], "--canvas"), (["--canvas", "64x48"], "--emit packed"),
        (["--emit", "mask", "--canvas", "64x48"], "--emit packed"),
        (["--emit", "packed", "--canvas", "64x48", "--invert"], "--invert"),
        (["--emit", "packed", "--canvas", "8x8"], "canvas"),
        (["--emit", "packed", "--canvas", "64"], "canvas"),
    ]

    @Test(arguments: contradictions)
    func contradictionsAreRefused(options: [String], names: String) throws {
        try expectStatus(64, bench.masking(clip, to: "out.mkv", options), says: [names])
        #expect(!bench.has("out.mkv"))
    }
}

extension PackedTests.FrameLine.Packed {
    /// Whether a point of the canvas lies on it.
    fileprivate func isAt(_ x: Int, _ y: Int) -> Bool {
        (from[0]..<from[0] + from[2]).contains(x) && (from[1]..<from[1] + from[3]).contains(y)
    }

    /// Whether a box of the frame is all on it.
    fileprivate func holds(_ box: [Int]) -> Bool {
        to[0] <= box[0] && to[1] <= box[1] && box[0] + box[2] <= to[0] + to[2]
            && box[1] + box[3] <= to[1] + to[3]
    }
}
