import Foundation
import MaskStreamTestSupport
import Testing

/// `maskstream render --edits`: white squares on black, ten frames in a second.
///
/// The left square covers the pixels from 8 on, the right one those from 40 on, both 16 wide and 16 to
/// 31 down. The largest subjects have the lowest tracks, of equal ones the left: 1 and 2.
@Suite struct EditTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private static let left = 8..<24
    private static let right = 40..<56

    /// Draws squares where `left` and `right` begin, as expressions of the frame N, on a ground.
    private func clip(left: String = "8", right: String = "40", ground: String = "16") throws
        -> String
    {
        func square(_ x: String) -> String { "between(X,\(x),\(x)+15)*between(Y,16,31)" }
        let luma = "if(\(square(left))+\(square(right)),235,\(ground))"
        return try Clips.make(
            "squares.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=64x48:rate=10:duration=1"]
                + ["-vf", "geq=lum='\(luma)':cb=128:cr=128,format=yuv420p", "-c:v", "ffv1"])
    }

    private func analyze(_ input: String, _ more: [String]) throws {
        try expectStatus(
            0, ["analyze", input, "-p", bench.light, "-o", bench.path("a"), "--overwrite"] + more)
    }

    private func render(_ edits: String, _ more: [String] = []) throws -> Planes {
        let file = try bench.folder.write(Data(edits.utf8), to: "edits.yaml")
        try expectStatus(
            0,
            ["render", bench.path("a"), "--edits", file, "-o", bench.path("out.mkv")]
                + ["--codec", "ffv1", "--overwrite"] + more)
        return try Planes(bench.path("out.mkv"))
    }

    /// Expects white exactly in the columns that belong to a frame, 16 to 31 down, and black elsewhere.
    private func expect(
        _ planes: Planes, sourceLocation: SourceLocation = #_sourceLocation,
        white: (Int) -> [Range<Int>]
    ) {
        #expect(planes.count == 10, sourceLocation: sourceLocation)
        for frame in 0..<planes.count {
            let columns = white(frame)
            for y in 0..<48 {
                let row = (0..<64).map { planes.luma(frame, $0, y) }
                let wanted: [UInt8] = (0..<64).map { x in
                    (16..<32).contains(y) && columns.contains { $0.contains(x) } ? 235 : 16
                }
                #expect(row == wanted, "frame \(frame), row \(y)", sourceLocation: sourceLocation)
                guard row == wanted else { break }
            }
        }
    }

    @Test func aTrackIsKeptAmongHiddenOnes() throws {
        try analyze(clip(), ["--invert"])
        expect(try render("tracks: {}")) { _ in [] }
        expect(try render("tracks: {1: keep}")) { _ in [Self.left] }
        expect(try render("tracks: {2: keep}")) { _ in [Self.right] }
        expect(try render("tracks: {1: keep, 2: hide}")) { _ in [Self.left] }
    }

    @Test func aTrackIsHiddenAmongKeptOnes() throws {
        try analyze(clip(), [])
        expect(try render("")) { _ in [Self.left, Self.right] }
        expect(try render("tracks: {2: hide}")) { _ in [Self.left] }
        expect(try render("tracks: {1: hide, 2: hide}")) { _ in [] }
    }

    @Test func aKeptTrackEndsAtACut() throws {
        try analyze(clip(ground: "if(lt(N,5),16,55)"), ["--invert"])
        func white(_ edits: String) throws -> [Bool] {
            let planes = try render(edits)
            #expect((0..<10).allSatisfy { planes.luma($0, 48, 24) == 16 })
            return (0..<10).map { planes.luma($0, 16, 24) == 235 }
        }
        #expect(try white("tracks: {1: keep}") == (0..<10).map { $0 < 5 })
        let confirmed = "tracks: {1: {do: keep, confirmed: [0, 0.5]}}"
        #expect(try white(confirmed) == (0..<10).map { _ in true })
        let late = "tracks: {1: {do: keep, confirmed: [0.7]}}"
        #expect(try white(late) == (0..<10).map { $0 >= 7 })
    }

    @Test func aKeptTrackEndsAtAGap() throws {
        // In the fifth frame the left square is away.
        try analyze(clip(left: "8+if(eq(N,4),100,0)"), ["--invert"])
        expect(try render("tracks: {1: keep}")) { $0 < 4 ? [Self.left] : [] }
        expect(try render("tracks: {1: {do: keep, confirmed: [0, 0.5]}}")) {
            $0 == 4 ? [] : [Self.left]
        }
        // What is confirmed where it is not, is not kept.
        expect(try render("tracks: {1: {do: keep, confirmed: [0.4]}}")) { _ in [] }
    }

    @Test func aKeptTrackEndsAtAnOverlap() throws {
        // The right square comes near and goes away again.
        try analyze(clip(right: "40-if(between(N,3,6),12,0)"), ["--invert"])
        expect(try render("tracks: {1: keep}")) { $0 < 3 ? [Self.left] : [] }
        expect(try render("tracks: {1: {do: keep, confirmed: [0, 0.4, 0.7]}}")) {
            $0 < 3 || $0 >= 7 ? [Self.left] : []
        }
    }

    @Test func aKeptTrackEndsWhereAnotherMeltsIntoIt() throws {
        try analyze(clip(right: "40-if(gte(N,6),26,0)"), ["--invert"])
        expect(try render("tracks: {1: keep}")) { $0 < 6 ? [Self.left] : [] }
        expect(try render("regions: [{do: keep, box: [4, 12, 24, 24], from: 0, to: 1}]")) {
            $0 < 6 ? [Self.left] : []
        }
    }

    @Test(
        "Where two tracks exchange their numbers, nothing of the other is shown", arguments: 1..<9)
    func anExchangedNumberShowsNothing(frame: Int) throws {
        try analyze(clip(), ["--invert"])
        try bench.forgetHashes(of: "a")
        let path = bench.path("a/events.ndjson")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let exchanged = lines.map { line in
            let number = (0..<10).first { line.contains(#""frame":\#($0),"#) }
            guard let number, number >= frame else { return String(line) }
            return String(line).replacing(#""track":1"#, with: #""track":0"#)
                .replacing(#""track":2"#, with: #""track":1"#)
                .replacing(#""track":0"#, with: #""track":2"#)
        }
        try exchanged.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        expect(try render("tracks: {1: keep}")) { $0 < frame ? [Self.left] : [] }
    }

    /// Two squares, in two scenes: 1 and 2 from 0 s on, 1 and 2 from 0.5 s on.
    private func twoScenes(_ more: [String]) throws {
        try analyze(clip(ground: "if(lt(N,5),16,55)"), more)
    }

    @Test func aHiddenPersonIsHiddenInAllScenes() throws {
        try twoScenes([])
        let person = "people: {A: [1@0, 2@0.5]}"
        expect(try render(person)) { _ in [Self.left, Self.right] }
        for edit in ["1@0.2", "2@0.7"] {
            expect(try render("\(person)\ntracks: {\(edit): hide}")) {
                $0 < 5 ? [Self.right] : [Self.left]
            }
        }
        // A number with a moment is hidden in that scene only.
        expect(try render("tracks: {1@0.2: hide}")) {
            $0 < 5 ? [Self.right] : [Self.left, Self.right]
        }
        expect(try render("tracks: {1: hide}")) { _ in [Self.right] }
    }

    @Test func aPersonHasOneNumberInAnnotations() throws {
        struct Annotations: Decodable {
            struct Annotation: Decodable {
                struct Attributes: Decodable { let track_id: Int }
                let image_id: Int
                let bbox: [Int]
                let attributes: Attributes
            }
            let annotations: [Annotation]
        }
        try twoScenes([])
        // Two that are there at once stay two.
        for (edits, after) in [
            ("people: {A: [1@0, 2@0.5]}", [3, 1]), ("{}", [3, 4]),
            ("people: {A: [1@0, 2@0]}", [3, 4]),
        ] {
            let file = try bench.folder.write(Data(edits.utf8), to: "edits.yaml")
            let path = bench.path("a.json")
            try expectStatus(
                0,
                ["export", bench.path("a"), "--edits", file, "--format", "coco", "-o", path]
                    + ["--overwrite"])
            let found = try JSONDecoder().decode(
                Annotations.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            for image in 1...10 {
                let numbers = found.annotations.filter { $0.image_id == image }
                    .sorted { $0.bbox[0] < $1.bbox[0] }.map(\.attributes.track_id)
                #expect(numbers == (image < 6 ? [1, 2] : after), "\(edits), image \(image)")
            }
        }
    }

    @Test func aKeptPersonIsShownWhereSomebodyHasMadeSure() throws {
        try twoScenes(["--invert"])
        /// The squares of which any pixel is shown, frame by frame.
        func shown(_ edits: String) throws -> [String] {
            let planes = try render(edits)
            return (0..<10).map { frame in
                let squares = [("left", Self.left), ("right", Self.right)].filter { _, columns in
                    columns.contains { x in (16..<32).contains { planes.luma(frame, x, $0) > 100 } }
                }
                return squares.map(\.0).joined(separator: " ")
            }
        }
        let (before, none) = (Array(repeating: "left", count: 5), Array(repeating: "", count: 5))
        let after = Array(repeating: "right", count: 5)
        let person = "people: {A: [1@0, 2@0.5]}"
        #expect(try shown(person) == none + none)
        #expect(try shown("\(person)\ntracks: {1@0: keep}") == before + after)
        #expect(try shown("\(person)\ntracks: {1: keep}") == before + after)
        // From the moment on at which somebody has made sure, not before.
        #expect(
            try shown("people: {A: [1@0, 2@0.7]}\ntracks: {1@0: keep}")
                == before + ["", ""] + after.suffix(3))
        // The analysis proposes more than anybody has confirmed: nothing of that is shown.
        let manifest = try String(contentsOfFile: bench.path("a/analysis.yaml"), encoding: .utf8)
        #expect(manifest.contains("proposals:"))
        #expect(try shown("tracks: {1@0: keep}") == before + none)
        #expect(try shown("people: {A: [1@0]}\ntracks: {1@0: keep}") == before + none)
    }

    @Test func regionsAreHidden() throws {
        try analyze(clip(), [])
        let half = "regions: [{do: hide, box: [8, 16, 8, 16], from: 0.2, to: 0.5}]"
        expect(try render(half)) {
            (2..<5).contains($0) ? [16..<24, Self.right] : [Self.left, Self.right]
        }
        // A cell of colour is hidden whole where any of it is.
        let odd = "regions: [{do: hide, box: [8, 16, 7, 16], from: 0, to: 9}]"
        expect(try render(odd)) { _ in [16..<24, Self.right] }
        let shares = """
            regions:
              - {do: hide, unit: shares, polygon: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]], from: 0, to: 1}
            """
        expect(try render(shares)) { _ in [Self.left] }
        let moving = """
            regions:
              - do: hide
                from: 0
                to: 1
                keyframes: [{at: 0, box: [8, 0, 4, 48]}, {at: 0.5, box: [18, 0, 4, 48]}]
            """
        expect(try render(moving)) { frame in
            let x = 8 + 2 * min(frame, 5)
            return [8..<x, (x + 4)..<24, Self.right]
        }
    }

    @Test func regionsAreKept() throws {
        try analyze(clip(), ["--threshold", "1"])
        expect(try render("regions: [{do: keep, box: [8, 16, 16, 16], from: 0, to: 0.3}]")) {
            $0 < 3 ? [Self.left] : []
        }
        // Of a cell of colour all has to be kept.
        expect(try render("regions: [{do: keep, box: [8, 16, 15, 16], from: 0, to: 1}]")) { _ in
            [8..<22]
        }
        let both = """
            regions:
              - {do: keep, box: [8, 16, 16, 16], from: 0, to: 1}
              - {do: hide, box: [8, 0, 8, 48], from: 0, to: 1}
            """
        expect(try render(both)) { _ in [16..<24] }
    }

    @Test("A region that is kept ends where something else comes into it, and at a cut")
    func aKeptRegionEnds() throws {
        try analyze(clip(right: "40-if(gte(N,6),12,0)"), ["--invert"])
        expect(try render("regions: [{do: keep, box: [4, 12, 28, 24], from: 0, to: 1}]")) {
            $0 < 6 ? [Self.left] : []
        }
        try analyze(clip(ground: "if(lt(N,5),16,55)"), ["--invert"])
        let planes = try render("regions: [{do: keep, box: [4, 12, 24, 24], from: 0, to: 1}]")
        #expect((0..<10).map { planes.luma($0, 16, 24) == 235 } == (0..<10).map { $0 < 5 })
    }

    @Test func spansDiffer() throws {
        try analyze(clip(), [])
        expect(try render("spans: [{from: 0.2, to: 0.4, threshold: 1}]")) {
            (2..<4).contains($0) ? [] : [Self.left, Self.right]
        }
        expect(try render("spans: [{from: 0, to: 0.5, mask: whole}]")) {
            $0 < 5 ? [] : [Self.left, Self.right]
        }
        let planes = try render("spans: [{from: 0, to: 0.5, fill: '#ffffff'}]")
        #expect((0..<10).map { planes.luma($0, 0, 0) } == (0..<10).map { $0 < 5 ? 235 : 16 })
    }

    @Test func whatIsMissedStaysMasked() throws {
        // Of a frame that is dark on the left the estimator gives no number.
        let undefined = try TestProfile.undefined.write(to: bench.folder, as: "undefined")
        try expectStatus(
            0, ["analyze", try clip(), "-p", undefined, "-o", bench.path("a")])
        let edits = "regions: [{do: keep, box: [0, 0, 64, 48], from: 0, to: 1}]"
        expect(try render(edits)) { _ in [] }
    }

    @Test(
        "A file that is wrong is refused by file and key",
        arguments: [
            ("tracks: {x: keep}", "tracks.x"), ("tracks: {3: show}", "keep, hide"),
            ("tracks: {3: {do: hide, confirmed: [1]}}", "tracks.3.confirmed"),
            ("tracks: {3@x: hide}", "tracks.3@x"), ("people: {A: [3]}", "people.A"),
            ("tracks: {3@0: {do: keep, confirmed: [1]}}", "tracks.3@0.confirmed"),
            ("people: {A: [99@0]}", "no track 99"), ("tracks: {99: hide}", "no track 99"),
            ("schema: 2", "1"),
            ("regions: [{do: hide, box: [1, 2, 3], from: 0, to: 1}]", "regions[0].box"),
            ("regions: [{do: hide, box: [1, 2, 3, 4], from: 1, to: 1}]", "regions[0].to"),
            ("regions: [{do: hide, circle: 1}]", "regions[0].circle"),
            ("spans: [{from: 0, to: 1}]", "one of threshold, fill and mask"),
            ("spans: [{from: 0, to: 1, fill: pink}]", "spans[0].fill"),
            ("spans: [{from: 0, to: 1, fill: transparent}]", "transparent"),
            ("faces: 1", "tracks, people, refused, regions, spans"), ("- 1", "not a mapping"),
        ])
    func refusesWrongEdits(text: String, word: String) throws {
        try analyze(bench.clip, [])
        let file = try bench.folder.write(Data(text.utf8), to: "wrong.yaml")
        try expectStatus(
            78, ["render", bench.path("a"), "--edits", file, "-o", bench.path("out.mkv")],
            says: [file, word])
        #expect(!bench.has("out.mkv"))
    }
}
