import Foundation
import MaskStreamTestSupport
import Testing

/// Which tracks `maskstream analyze` proposes to be one, on clips whose people are known.
@Suite struct ProposalTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// A person in a shot: their clothes in red, green and blue, and where they stand.
    private struct Figure {
        let clothes: [Int]
        let x: Int
    }

    private static let (width, height, shot) = (160, 96, 10)

    /// Films shots of a second each, given who is in them from left to right.
    ///
    /// Light and ground change from shot to shot. Everybody is bright, moves, and has noise and stripes on the clothes.
    private func film(_ shots: [String], _ clothes: [Character: [Int]]) throws -> String {
        var noise: UInt32 = 7
        var data = Data()
        for (number, people) in shots.enumerated() {
            let light = [100, 94, 104, 98, 106, 96][number % 6]
            for frame in 0..<Self.shot {
                var image = [UInt8](
                    repeating: number % 2 == 0 ? 0 : 40, count: 3 * Self.width * Self.height)
                for (place, name) in people.enumerated() {
                    let left = 10 + 50 * place + frame + (number * 7) % 12
                    let top = 20 + (number * 5) % 9
                    for y in 0..<56 {
                        for x in 0..<20 {
                            noise = noise &* 1_664_525 &+ 1_013_904_223
                            let color = y < 12 ? [205, 165, 140] : clothes[name] ?? []
                            let shade = y >= 12 && y / 6 % 2 == 0 ? 88 : 100
                            for plane in 0..<3 {
                                let value =
                                    color[plane] * light * shade / 10_000 + Int(noise >> 24) % 17
                                    - 8
                                image[3 * ((top + y) * Self.width + left + x) + plane] = UInt8(
                                    min(max(value, 0), 255))
                            }
                        }
                    }
                }
                data += image
            }
        }
        let raw = try bench.folder.write(data, to: "raw")
        return try Clips.make(
            "film.mkv", in: bench.folder,
            ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "\(Self.width)x\(Self.height)"]
                + ["-r", "10", "-i", raw, "-c:v", "ffv1", "-pix_fmt", "yuv420p"])
    }

    private struct FrameLine: Decodable {
        struct Subject: Decodable {
            let track: Int
            let box: [Int]
        }
        let type: String
        let time: Double?
        let subjects: [Subject]?
    }

    /// Proposals that are right, that are wrong, and tracks whose person was there before.
    private func judge(_ shots: [String], _ clothes: [Character: [Int]]) throws -> [Int] {
        let folder = bench.path("a")
        try expectStatus(
            0,
            ["analyze", film(shots, clothes), "-p", bench.light, "-o", folder]
                + ["--scene-limit", "1", "--overwrite"])
        var names: [String: Character] = [:]
        for line in try String(contentsOfFile: "\(folder)/events.ndjson", encoding: .utf8)
            .split(separator: "\n")
        {
            let frame = try JSONDecoder().decode(FrameLine.self, from: Data(line.utf8))
            guard let time = frame.time, time == time.rounded() else { continue }
            let people = Array(shots[Int(time)])
            let subjects = (frame.subjects ?? []).sorted { $0.box[0] < $1.box[0] }
            try #require(subjects.count == people.count)
            for (subject, name) in zip(subjects, people) {
                names["\(subject.track)@\(Int(time))"] = name
            }
        }
        var (right, wrong) = (0, 0)
        var pairs: Set<[String]> = []
        for (track, earlier) in try proposals() {
            if names[track] == names[earlier] { right += 1 } else { wrong += 1 }
            // No two of a scene with one track.
            #expect(pairs.insert([String(track.split(separator: "@")[1]), earlier]).inserted)
        }
        var known: Set<Character> = []
        var again = 0
        for people in shots {
            again += people.filter(known.contains).count
            known.formUnion(people)
        }
        return [right, wrong, again]
    }

    static let shots = [
        "A", "B", "A", "C", "AB", "B", "CA", "BC", "A", "C", "B", "ABC", "C", "BA", "A", "CB",
    ]

    @Test func peopleInDifferentClothesAreFoundAgain() throws {
        let found = try judge(
            Self.shots, ["A": [210, 70, 60], "B": [70, 160, 90], "C": [80, 110, 220]])
        #expect(found == [20, 0, 20])
    }

    /// All three are seen together first, so that nobody is the only one in such clothes.
    @Test(
        arguments: [
            (["A": [80, 110, 220], "B": [80, 110, 220], "C": [80, 110, 220]], 0),
            (["A": [80, 110, 220], "B": [84, 116, 210], "C": [90, 110, 215]], 1),
            (["A": [80, 110, 220], "B": [80, 150, 200], "C": [120, 110, 190]], 23),
        ] as [([Character: [Int]], Int)])
    func alikePeopleAreNotTakenForEachOther(clothes: [Character: [Int]], right: Int) throws {
        let found = try judge(["ABC"] + Self.shots, clothes)
        #expect(found == [right, 0, 23])
    }

    /// Colours tell clothes apart, not people: who is the only one known in such clothes is proposed for
    /// another, until two in the same clothes are seen at once.
    @Test func whoWearsTheSameMayBeTakenForAnother() throws {
        let same = [80, 110, 220]
        let found = try judge(Self.shots, ["A": same, "B": same, "C": same])
        #expect(found == [2, 2, 20])
    }

    /// The proposals of an analysis, as `2@1` and `1@0`.
    private func proposals() throws -> [(track: String, earlier: String)] {
        let text = try String(contentsOfFile: bench.path("a/analysis.yaml"), encoding: .utf8)
        return text.matches(of: /- continues: (\S+)\n  similarity: \S+\n  track: (\S+)\n/).map {
            (String($0.2), String($0.1))
        }
    }

    @Test func aProposalShowsNothingUntilSomebodyHasConfirmedIt() throws {
        let clip = try film(["A", "BA", "A"], ["A": [210, 70, 60], "B": [70, 160, 90]])
        // Sees every pixel, and hides a little more.
        let fine = try TestProfile(
            input: "{area: \(Self.width * Self.height), multiple: 1}",
            mask: "  smoothing: 0\n  dilate: 0.03"
        ).write(to: bench.folder, as: "fine")
        try expectStatus(
            0,
            ["analyze", clip, "-p", fine, "--invert", "--threshold", "0.2", "-o"]
                + [bench.path("a"), "--scene-limit", "1"])
        let tracks = try proposals()
        try #require(tracks.map(\.earlier) == ["1@0", "1@0"])
        /// The frames in which any pixel of a person is shown, who are brighter than any ground.
        func shown(_ edits: String) throws -> [Int] {
            let file = try bench.folder.write(Data(edits.utf8), to: "edits.yaml")
            try expectStatus(
                0,
                ["render", bench.path("a"), "--edits", file, "-o", bench.path("out.mkv")]
                    + ["--codec", "ffv1", "--overwrite"])
            let luma = try Clips.rawVideo(bench.path("out.mkv"), pixelFormat: "gray")
            let size = Self.width * Self.height
            return (0..<luma.count / size).filter { frame in
                luma[frame * size..<(frame + 1) * size].contains { $0 > 60 }
            }
        }
        #expect(try shown("") == [])
        #expect(try shown("tracks: {1@0: keep}") == Array(0..<10))
        #expect(
            try shown("{tracks: {1@0: keep}, people: {A: [1@0, \(tracks[0].track)]}}")
                == Array(0..<20))
        #expect(
            try shown("{tracks: {1@0: keep}, people: {A: [1@0, \(tracks[1].track)]}}")
                == Array(0..<10) + Array(20..<30))
    }
}
