import Foundation
import MaskStreamTestSupport
import Testing

/// `--verify-with` and `maskstream verify`: another detector looks at what was masked.
@Suite struct VerifyTests {
    let bench: Workbench
    /// A profile whose confidence is the luma, with the pixels of 64x48 frames as cells.
    let hider: String
    /// The same with another network.
    let finder: String
    /// Ten frames with a bright square, and a gray one in three of them.
    let clip: String

    init() throws {
        bench = try Workbench()
        let input = "{area: 3072, multiple: 1}"
        hider = try TestProfile(input: input).write(to: bench.folder, as: "hider")
        finder = try TestProfile(
            model: TinyOnnx.one(
                "Abs", input: [1, 1, "height", "width"], output: [1, 1, "height", "width"]),
            input: input
        ).write(to: bench.folder, as: "finder")
        clip = try Self.clip("squares.mkv", bench, gray: "between(n,3,5)")
    }

    private static func clip(_ name: String, _ bench: Workbench, gray: String) throws -> String {
        let boxes = [
            "drawbox=x=4:y=4:w=12:h=12:color=white:t=fill",
            "drawbox=x=40:y=24:w=8:h=8:color=0x707070:t=fill:enable='\(gray)'",
        ]
        return try Clips.make(
            name, in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1,format=yuv420p"]
                + ["-vf", boxes.joined(separator: ","), "-c:v", "ffv1"])
    }

    /// Hides what is bright, and has the rest looked at.
    private func hiding(
        _ input: String, to name: String, _ more: [String] = [], with profile: String? = nil
    ) -> [String] {
        [input, "--profile", hider, "-o", bench.path(name), "--invert", "--threshold", "0.7"]
            + ["--verify-with", profile ?? finder] + more
    }

    private struct Look: Decodable {
        let frames: Int
        let unexamined: Int
        let findings: Int
        let scenes: Int
        let level: Double
        let sameEstimator: Bool?
    }

    private struct Found: Decodable, Equatable {
        let from: Double
        let to: Double
        let frames: Int
        let box: [Int]
        let score: Double
        let file: String?
    }

    private func decoded<T: Decodable>(_ type: T.Type, _ data: Data) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }

    private func events(_ type: String) throws -> [Data] {
        try String(contentsOfFile: bench.path("e.ndjson"), encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("\"type\":\"\(type)\"") }.map { Data($0.utf8) }
    }

    /// The gray square as it is found.
    private func expectTheSquare(_ found: Found, sourceLocation: SourceLocation = #_sourceLocation)
    {
        #expect(found.box == [40, 24, 8, 8], sourceLocation: sourceLocation)
        #expect(
            found.from == 0.3 && found.to == 0.6 && found.frames == 3,
            sourceLocation: sourceLocation)
        // Luma 112 of 255 is a little more than four tenths.
        #expect((0.42...0.46).contains(found.score), sourceLocation: sourceLocation)
    }

    @Test func whatIsStillFoundKeepsTheOutputFromItsName() throws {
        let result = try expectStatus(
            70,
            hiding(
                clip, to: "out.mkv",
                ["--codec", "ffv1", "--events", bench.path("e.ndjson")]
                    + ["--report", bench.path("r.html")]),
            says: ["finder still finds 1 subject", "out.mkv.part"])
        #expect(!bench.has("out.mkv"))
        // The file is whole: the bright square is hidden, the gray one is there.
        let part = try Planes(bench.path("out.mkv.part"))
        #expect(part.count == 10)
        #expect(part.luma(4, 8, 8) == 16 && part.luma(4, 44, 28) > 100)
        #expect(
            result.errors.contains("finder finds 1 subject in 10 frames, in 1 scene")
                && result.errors.contains("0.30 to 0.60 s: 8x8 at 40,24, score 0.4"),
            "\(result.errors)")
        let found = try events("finding").map { try decoded(Found.self, $0) }
        #expect(found.count == 1)
        expectTheSquare(try #require(found.first))
        let look = try decoded(Look.self, try #require(events("verify").first))
        #expect(look.frames == 10 && look.findings == 1 && look.scenes == 1 && look.level == 0.2)
        #expect(look.unexamined == 0 && look.sameEstimator == false)
        let end = String(decoding: try #require(events("end").first), as: UTF8.self)
        #expect(end.contains(#""exit":70,"#) && end.contains(#""reason":"verify""#), "\(end)")
        let page = try String(contentsOfFile: bench.path("r.html"), encoding: .utf8)
        #expect(page.contains("Something is not hidden") && page.contains("Second look"))
        #expect(page.contains("8×8 at 40, 24"))
    }

    @Test func anOutputInWhichNothingIsFoundGetsItsName() throws {
        let clean = try Self.clip("clean.mkv", bench, gray: "0")
        let result = try expectStatus(
            0, hiding(clean, to: "out.mkv", ["--events", bench.path("e.ndjson")]))
        #expect(bench.has("out.mkv") && !bench.has("out.mkv.part"))
        #expect(result.errors.contains("finder finds nothing in 10 frames"), "\(result.errors)")
        #expect(try decoded(Look.self, try #require(events("verify").first)).findings == 0)
        #expect(try events("finding").isEmpty)
        let end = String(decoding: try #require(events("end").first), as: UTF8.self)
        #expect(!end.contains("reason"))
    }

    @Test func theCommandFindsTheSame() throws {
        struct Document: Decodable {
            let verify: Look
            let findings: [Found]
        }
        try expectStatus(
            70,
            hiding(
                clip, to: "out.mkv", ["--codec", "ffv1", "--events", bench.path("e.ndjson")]))
        let written = try ["a.json", "b.json"].map { name in
            let result = try Program.run(
                [
                    "verify", bench.path("out.mkv.part"), "--with", finder, "--json",
                    bench.path(name),
                ])
            #expect(result.status == 70, "\(result.errors)")
            #expect(result.lines.first == "finder finds 1 subject in 10 frames, in 1 scene")
            #expect(result.lines.count == 2)
            #expect(result.errors.contains("error: finder still finds 1 subject"))
            return try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
        }
        #expect(written[0] == written[1])
        let document = try decoded(Document.self, written[0])
        #expect(document.findings == (try events("finding").map { try decoded(Found.self, $0) }))
        #expect(document.verify.sameEstimator == nil)
        let dark = try Clips.make(
            "dark.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1", "-c:v", "ffv1"])
        let clean = try expectStatus(0, ["verify", dark, "--with", finder])
        #expect(clean.lines == ["finder finds nothing in 10 frames"])
    }

    @Test func oneNetworkForBothIsNamed() throws {
        let note = "warning: hider has the network that masked"
        let own = try Program.run(hiding(clip, to: "own.mkv", with: hider))
        #expect(own.errors.contains(note), "\(own.errors)")
        let other = try Program.run(hiding(clip, to: "other.mkv"))
        #expect(!other.errors.contains("has the network"))
        let verify = ["verify", clip, "--with", hider]
        #expect(try Program.run(verify + ["-p", hider]).errors.contains(note))
        #expect(try !Program.run(verify + ["-p", finder]).errors.contains("has the network"))
    }

    /// A frame of which the second network says nothing may show anything.
    @Test func aFrameThatCannotBeExaminedIsNoGoodOne() throws {
        let blind = try TestProfile.undefined.write(to: bench.folder, as: "blind")
        try expectStatus(
            70, hiding(clip, to: "out.mkv", with: blind),
            says: ["blind could not examine 10 of 10 frames"])
        #expect(!bench.has("out.mkv") && bench.has("out.mkv.part"))
    }

    @Test(arguments: [
        "out.mp4", "out.mov", "out.avi", "out.ts", "out.nut", "out.webm", "out.gif", "out.y4m",
    ])
    func everyUsualContainerIsReadBack(name: String) throws {
        let clean = try Self.clip("clean.mkv", bench, gray: "0")
        let codec = name.hasSuffix("avi") ? ["--codec", "mpeg4"] : []
        try expectStatus(0, hiding(clean, to: name, codec))
        let found = try Program.run(hiding(clip, to: "x" + name, codec))
        #expect(found.status == 70 && !bench.has("x" + name) && bench.has("x\(name).part"))
    }

    @Test func imagesOfAFolderAreLookedAtOneByOne() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("in"), withIntermediateDirectories: false)
        for (name, frame) in [("a", 0), ("b", 4), ("c", 8)] {
            try Clips.make(
                "in/\(name).png", in: bench.folder,
                ["-i", clip, "-vf", "select='eq(n,\(frame))'", "-frames:v", "1"])
        }
        try expectStatus(
            70,
            hiding(bench.path("in"), to: "out", ["--events", bench.path("e.ndjson")]),
            says: ["1 of 3 images", "finder still finds 1 subject"])
        #expect(bench.has("out/a.png") && bench.has("out/c.png"))
        #expect(!bench.has("out/b.png") && bench.has("out/b.png.part"))
        let found = try events("finding").map { try decoded(Found.self, $0) }
        #expect(found.map(\.file) == ["b.png"] && found.map(\.box) == [[40, 24, 8, 8]])
        #expect(try decoded(Look.self, try #require(events("verify").first)).frames == 3)
        let folder = try Program.run(["verify", bench.path("in"), "--with", finder])
        #expect(folder.status == 70 && folder.lines.count == 1 + 4, "\(folder.lines)")
    }

    @Test func inputsAreLookedAtEachByItself() throws {
        let clean = try Self.clip("clean.mkv", bench, gray: "0")
        let result = try Program.run(
            [clip, clean, "--profile", hider, "--output-dir", bench.path("out"), "--invert"]
                + ["--threshold", "0.7", "--verify-with", finder])
        #expect(result.status == 70, "\(result.errors)")
        #expect(bench.has("out/squares.mkv.part") && !bench.has("out/squares.mkv"))
        #expect(bench.has("out/clean.mkv"))
    }

    @Test func aSignalLeavesThePart() throws {
        let long = try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource(rate: "200", seconds: 20) + ["-c:v", "ffv1"])
        let run = try Program.start(hiding(long, to: "out.mkv", ["--codec", "ffv1"]))
        try #require(Companion.wait { run.errors.contains("is looking at the output again") })
        #expect(run.end(SIGINT) == 130)
        #expect(!bench.has("out.mkv") && bench.has("out.mkv.part"))
    }

    @Test func whatCannotBeVerifiedIsRefusedFirst() throws {
        let profile = ["--profile", hider, "--verify-with", finder]
        for (arguments, words) in [
            ([clip, "-o", bench.path("o.mkv")] + profile, ["--verify-with needs --invert"]),
            ([clip, "--invert", "-o", "-", "--format", "nut"] + profile, ["needs an output that"]),
            ([clip, "--invert", "-o", "udp://127.0.0.1:9"] + profile, ["needs an output that"]),
            ([clip, "--invert", "-o", "/dev/null", "--format", "nut"] + profile, ["/dev/null"]),
            ([clip, "--invert", "--events", bench.path("e")] + profile, ["needs an output that"]),
            (
                [clip, "--invert", "-o", bench.path("o.yuv"), "--format", "rawvideo"] + profile,
                ["o.yuv"]
            ),
            (
                [clip, "--invert", "-o", bench.path("o.mkv"), "--emit", "overlay"] + profile,
                ["--emit overlay"]
            ),
            (
                ["udp://127.0.0.1:9", "--invert", "-o", bench.path("o.mkv")] + profile,
                ["needs an output that"]
            ),
            (["verify", "-", "--with", finder], ["verify takes files"]),
        ] {
            try expectStatus(64, arguments, says: words)
        }
        #expect(!bench.has("o.mkv") && !bench.has("o.mkv.part") && !bench.has("o.yuv.part"))
        try expectStatus(66, ["verify", bench.path("none.mkv"), "--with", finder])
        try expectStatus(
            78, ["verify", clip, "--with", "no-such-profile"], says: ["no-such-profile"])
        try expectStatus(
            73, ["verify", clip, "--with", finder, "--json", clip], says: ["would replace an input"]
        )
    }
}
