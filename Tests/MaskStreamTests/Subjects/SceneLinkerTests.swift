import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Which tracks are proposed to go on with those of earlier scenes.
@Suite struct SceneLinkerTests {
    /// A frame of one colour: luma and the two colour differences.
    private static func colors(_ samples: [Int]) -> ColorHistogram {
        let map = ConfidenceMap(width: 1, height: 1, repeating: 1)
        let (components, owners) = SubjectFinder(level: 0.5, minArea: 0).components(of: map)
        let format = FrameFormat(width: 4, height: 4, pixelFormat: .yuv420p)
        let frame = Frame.painted(format) { plane, _, _ in samples[plane] }
        return ColorHistogram(of: components[0], owners: owners, width: 1, in: frame)
    }

    private static let clothes: [Character: ColorHistogram] = [
        "r": colors([81, 90, 240]), "g": colors([145, 54, 34]), "b": colors([60, 240, 110]),
        // In a little more light.
        "R": colors([83, 90, 240]),
    ]

    /// Proposes tracks of scenes of a second each, ten frames a second.
    ///
    /// Each sign is a track, from number 1 on. `.` is a track of one colour that is gone after two frames.
    private static func proposals(_ story: String) -> [String] {
        var linker = SceneLinker()
        for (scene, tracks) in story.split(separator: "|", omittingEmptySubsequences: false)
            .enumerated()
        {
            for frame in 0..<10 {
                for (index, sign) in tracks.enumerated() where sign != "." || frame < 2 {
                    guard let colors = clothes[sign == "." ? "r" : sign] else { continue }
                    linker.note(
                        index + 1, colors, height: 0.5, at: Double(scene) + Double(frame) / 10)
                }
            }
            linker.endScene()
        }
        return linker.proposals.map { "\($0.track) \($0.continues)" }
    }

    @Test(arguments: [
        ("r", []), ("r|g", []), ("r|r", ["1@1 1@0"]), ("r|R", ["1@1 1@0"]),
        // Each with its own, by whatever number.
        ("rg|gr", ["1@1 2@0", "2@1 1@0"]), ("rgb|b|gr", ["1@1 3@0", "1@2 2@0", "2@2 1@0"]),
        // The nearest of the chain's own tracks, the latest of equal ones.
        ("r|g|r|r", ["1@2 1@0", "1@3 1@2"]), ("r|R|r", ["1@1 1@0", "1@2 1@0"]),
        // No two tracks of a scene go on with one chain, nor one with two.
        ("r|rR", []), ("r|rr", []), ("rr|r", []), ("rR|R", []), ("rr|rr", []),
        // Nobody, then everybody again.
        ("rg||rg", ["1@2 1@0", "2@2 2@0"]),
        // A track of a moment is none of the two.
        (".|r", []), ("r|.", []),
    ])
    func tracksGoOn(story: String, wanted: [String]) {
        #expect(Self.proposals(story) == wanted)
    }

    @Test func aProposalSaysHowAlikeTheyAre() throws {
        var linker = SceneLinker()
        func scene(_ start: Double, _ sign: Character, height: Double) {
            for frame in 0..<10 {
                guard let colors = Self.clothes[sign] else { continue }
                linker.note(1, colors, height: height, at: start + Double(frame) / 10)
            }
            linker.endScene()
        }
        scene(0, "r", height: 0.4)
        scene(1, "r", height: 0.4)
        scene(2, "r", height: 0.2)
        scene(3, "R", height: 0.2)
        let found = linker.proposals.map(\.similarity)
        #expect(found.count == 3)
        #expect(found[0] == 1 && found[1] == 0.95 && (0.7..<1).contains(found[2]))
    }

    @Test func theMeanOfATrackCounts() {
        var linker = SceneLinker()
        let (red, green) = (Self.colors([81, 90, 240]), Self.colors([145, 54, 34]))
        for frame in 0..<20 { linker.note(1, red, height: 0.5, at: Double(frame) / 10) }
        linker.endScene()
        // A frame in which it is found as one with another.
        for frame in 0..<20 {
            linker.note(1, frame == 7 ? green : red, height: 0.5, at: 2 + Double(frame) / 10)
        }
        linker.endScene()
        #expect(linker.proposals.map(\.track.time) == [2])
    }

    @Test func manyTracksAreBounded() {
        var linker = SceneLinker()
        let red = Self.colors([81, 90, 240])
        for scene in 0..<3 {
            for track in 1...200 {
                for time in [0, 0.5] {
                    linker.note(track, red, height: 0.5, at: Double(scene) + time)
                }
            }
            linker.endScene()
        }
        #expect(linker.proposals.isEmpty)
    }
}
