import Testing

@testable import MaskStream

struct OpenFindingsTests {
    private static func sight(_ x: Int, score: Float, at time: Double) -> OpenFindings.Sight {
        let box = Box(x: x, y: 0, width: 10, height: 10)
        return OpenFindings.Sight(
            place: box,
            finding: VerificationFinding(
                from: time, to: time + 0.1, frames: 1, box: box, score: score))
    }

    /// The findings of frames of a tenth of a second, each a list of places and scores.
    private static func findings(_ frames: [[(x: Int, score: Float)]]) -> [VerificationFinding] {
        var open = OpenFindings()
        let ended = frames.enumerated().flatMap { index, places in
            let time = Double(index) / 10
            return open.add(
                places.map { sight($0.x, score: $0.score, at: time) }, at: time)
        }
        return ended + open.endScene()
    }

    @Test("What goes on from frame to frame is one finding, with its best frame's box")
    func oneFinding() {
        let found = Self.findings([[(0, 0.3)], [(2, 0.9)], [(4, 0.5)], []])
        #expect(
            found == [
                VerificationFinding(
                    from: 0, to: 0.3, frames: 3, box: Box(x: 2, y: 0, width: 10, height: 10),
                    score: 0.9)
            ])
    }

    @Test("Places far apart are findings of their own")
    func apart() {
        let found = Self.findings([[(0, 0.3), (200, 0.4)], [(0, 0.3), (200, 0.4)]])
        #expect(found.map(\.box[0]) == [0, 200] && found.map(\.frames) == [2, 2])
    }

    @Test(
        "A short absence is bridged, a longer one ends a finding",
        arguments: [(14, 1), (16, 2)])
    func absence(frames: Int, count: Int) {
        let none = [[(x: Int, score: Float)]](repeating: [], count: frames)
        let found = Self.findings([[(0, 0.3)]] + none + [[(0, 0.3)]])
        #expect(found.count == count)
        #expect(found.reduce(0) { $0 + $1.frames } == 2)
    }

    @Test("Memory is bounded by what is followed")
    func noise() {
        let many = (0..<2000).map { (x: $0 * 100, score: Float(0.5)) }
        let found = Self.findings([many, many, many])
        #expect(found.count == Tracker.mostSubjects)
    }
}
