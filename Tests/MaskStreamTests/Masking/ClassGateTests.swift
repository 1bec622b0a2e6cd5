import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ClassGateTests {
    private static let labels = (0..<8).map { "class \($0)" }

    /// A prediction whose best classes are the given ones, in this order.
    private static func prediction(_ best: Int...) -> Prediction? {
        var scores = [Float](repeating: 0, count: labels.count)
        for (place, index) in best.enumerated() { scores[index] = 1 - Float(place) / 10 }
        return Prediction(labels: labels, scores: scores)
    }

    private static func subject(
        _ x: Int, _ prediction: Prediction? = nil, track: Int? = 1
    ) -> Subject {
        Subject(
            box: Box(x: x, y: 0, width: 10, height: 10), area: 4, track: track,
            prediction: prediction)
    }

    private static let wanted = prediction(7)
    private static let other = prediction(0, 1, 2, 3, 4, 7)

    /// A frame: its time, its subjects, and which of them are to be shown.
    private struct Step {
        let time: Double
        /// When the predictions were made; nil for on this frame.
        var seen: Double?
        let subjects: [Subject]
        let shown: [Bool]
    }

    private func check(_ steps: [Step], hold: Double = 0.2) {
        var gate = ClassGate(classes: [7], hold: hold)
        for (index, step) in steps.enumerated() {
            let subjects = step.subjects.map { subject in
                Subject(
                    box: subject.box, area: subject.area, track: subject.track,
                    prediction: subject.prediction,
                    seen: subject.prediction.map { _ in step.seen ?? step.time })
            }
            let shown = gate.accept(subjects, time: step.time)
            #expect(shown == step.shown, "step \(index)")
        }
    }

    @Test("The wanted class must be among the five best")
    func fiveBest() {
        let predictions = [
            (Self.prediction(7), true), (Self.prediction(0, 1, 2, 3, 7), true),
            (Self.prediction(0, 1, 2, 3, 4, 7), false), (nil, false),
        ]
        for (prediction, isShown) in predictions {
            check([Step(time: 0, subjects: [Self.subject(0, prediction)], shown: [isShown])])
        }
    }

    @Test("A prediction counts for the hold, to the microsecond")
    func hold() {
        let fresh = Self.subject(0, Self.wanted)
        let stale = Self.subject(0, Self.other)
        check([
            Step(time: 1, subjects: [fresh], shown: [true]),
            Step(time: 1.1, subjects: [stale], shown: [true]),
            Step(time: 1.2, subjects: [stale], shown: [true]),
            Step(time: 1.2001, subjects: [stale], shown: [false]),
            Step(time: 1.3, subjects: [fresh], shown: [true]),
            Step(time: 1.2, subjects: [stale], shown: [false]),
        ])
        check(
            [
                Step(time: 1, subjects: [fresh], shown: [true]),
                Step(time: 1.04, subjects: [stale], shown: [false]),
            ], hold: 0)
    }

    @Test("A prediction that was carried over counts from when it was made")
    func carriedOver() {
        let subject = Self.subject(0, Self.wanted)
        check([
            Step(time: 1, subjects: [subject], shown: [true]),
            Step(time: 1.2, seen: 1, subjects: [subject], shown: [true]),
            Step(time: 1.3, seen: 1, subjects: [subject], shown: [false]),
            Step(time: 1.4, seen: 1.3, subjects: [subject], shown: [true]),
        ])
    }

    @Test("What is known of a subject goes on with its track, without a gap or a leap")
    func following() {
        let (left, right) = (Self.subject(0, Self.wanted), Self.subject(20, Self.other, track: 2))
        check([
            Step(time: 0, subjects: [left, right], shown: [true, false]),
            // The order may change, and the boxes may move by a part of their width.
            Step(
                time: 0.04, subjects: [Self.subject(21, track: 2), Self.subject(3)],
                shown: [false, true]),
            Step(
                time: 0.08, subjects: [Self.subject(5), Self.subject(3, track: 3)],
                shown: [true, false]),
            // A track that was not there in between, or leaps, may have passed to another subject.
            Step(time: 0.12, subjects: [Self.subject(20, track: 2)], shown: [false]),
            Step(time: 0.16, subjects: [Self.subject(5)], shown: [false]),
            Step(time: 0.2, subjects: [Self.subject(5, Self.wanted)], shown: [true]),
            Step(time: 0.24, subjects: [Self.subject(12)], shown: [false]),
        ])
    }

    @Test("A prediction made before a gap does not count after it")
    func beforeAGap() {
        let known = Self.subject(0, Self.wanted)
        check([
            Step(time: 0, subjects: [known], shown: [true]),
            Step(time: 0.04, subjects: [], shown: []),
            Step(time: 0.08, seen: 0, subjects: [known], shown: [false]),
            Step(time: 0.12, seen: 0.08, subjects: [known], shown: [true]),
        ])
    }

    @Test("A subject that nobody follows is shown for its own prediction alone")
    func untracked() {
        check([
            Step(time: 0, subjects: [Self.subject(0, Self.wanted, track: nil)], shown: [true]),
            Step(time: 0.04, subjects: [Self.subject(0, track: nil)], shown: [false]),
        ])
    }

    @Test("After a cut nothing is known")
    func forgetting() {
        var gate = ClassGate(classes: [7], hold: 1)
        var known = Self.subject(0, Self.wanted)
        known.seen = 0
        #expect(gate.accept([known], time: 0) == [true])
        gate.forget()
        #expect(gate.accept([Self.subject(0)], time: 0.04) == [false])
    }

    @Test("The best classes come in order, of equals the first")
    func best() throws {
        let prediction = try #require(
            Prediction(labels: ["a", "b", "c", "d"], scores: [0.1, 0.4, 0.4, 0.1]))
        #expect(prediction.best(3) == [1, 2, 0] && prediction.best(9) == [1, 2, 0, 3])
        #expect(prediction.best(0) == [])
    }
}

struct SubjectZonesTests {
    /// The zones of components drawn as digits, of which `shown` may be seen.
    private static func zones(_ rows: [String], shown: Set<Int32>, reach: Int) -> [String] {
        let (width, height) = (rows[0].count, rows.count)
        let owners = rows.joined().map { Int32(String($0)) ?? 0 }
        let zones = SubjectZones(
            owners: owners, width: width, height: height, reach: reach, yielding: shown)
        var mask = Mask(width: width, height: height, keepsAll: true)
        zones.narrow(&mask, to: shown)
        return (0..<height).map { y in
            String(mask.cells[y * width..<(y + 1) * width].map { $0 == 0 ? "." : "#" })
        }
    }

    @Test("A zone is the component and what lies within its reach")
    func reach() {
        let rows = ["......", ".1....", "......", "....2."]
        #expect(
            Self.zones(rows, shown: [1], reach: 0) == ["......", ".#....", "......", "......"])
        #expect(
            Self.zones(rows, shown: [1], reach: 1) == ["###...", "###...", "###...", "......"])
        #expect(
            Self.zones(rows, shown: [1], reach: 9) == ["####..", "###...", "###...", "##...."])
        #expect(Self.zones(rows, shown: [], reach: 9).joined().allSatisfy { $0 == "." })
        #expect(Self.zones(rows, shown: [1, 2], reach: 9).joined().allSatisfy { $0 == "#" })
    }

    @Test("What is as near to a hidden component as to a shown one is hidden")
    func ties() {
        #expect(Self.zones(["1...2"], shown: [1], reach: 3) == ["##..."])
        #expect(Self.zones(["2...1"], shown: [1], reach: 3) == ["...##"])
        #expect(Self.zones(["1..2."], shown: [1], reach: 3) == ["##..."])
        #expect(Self.zones(["12"], shown: [1], reach: 3) == ["#."])
    }

    @Test("A mask only loses cells, each by the map cell under its centre")
    func grids() {
        let zones = SubjectZones(owners: [1, 0, 0, 0], width: 2, height: 2, reach: 0)
        var mask = Mask(width: 5, height: 4, keepsAll: true)
        mask.cells[0] = 0
        zones.narrow(&mask, to: [1])
        let rows = (0..<4).map { mask.cells[$0 * 5..<$0 * 5 + 5].map { $0 == 0 ? 0 : 1 } }
        #expect(
            rows == [[0, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    }
}
