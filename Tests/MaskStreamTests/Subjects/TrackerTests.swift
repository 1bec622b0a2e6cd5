import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct TrackerTests {
    /// A subject that moves: its place at a time, nil while it is out of sight.
    private struct Walker {
        let name: String
        var luma = 100
        let place: (Double) -> Box?
    }

    private static func box(_ x: Double, _ y: Double = 0, _ width: Int = 20, _ height: Int = 50)
        -> Box
    {
        Box(x: Int(x.rounded()), y: Int(y.rounded()), width: width, height: height)
    }

    private static func colors(_ luma: Int) -> ColorHistogram {
        let frame = Frame.painted(FrameFormat(width: 4, height: 4, pixelFormat: .gray)) { _, _, _ in
            luma
        }
        let map = ConfidenceMap(width: 1, height: 1, repeating: 1)
        let (components, owners) = SubjectFinder(level: 0.5, minArea: 0).components(of: map)
        return ColorHistogram(of: components[0], owners: owners, width: 1, in: frame)
    }

    /// The numbers that each walker's boxes got, in their order and without repetition; those who
    /// touch are found as one, which counts for none of them.
    private static func numbers(
        _ walkers: [Walker], seconds: Double, rate: Double = 25, hasColors: Bool = true,
        cuts: Set<Int> = []
    ) -> [String: [Int]] {
        var tracker = Tracker()
        var found: [String: [Int]] = [:]
        let histograms = walkers.map { colors($0.luma) }
        for frame in 0..<Int(seconds * rate) {
            if cuts.contains(frame) { tracker.reset() }
            let time = Double(frame) / rate
            var groups: [(box: Box, members: [Int])] = []
            for (index, walker) in walkers.enumerated() {
                guard let box = walker.place(time) else { continue }
                if let other = groups.firstIndex(where: { $0.box.iou(with: box) > 0 }) {
                    groups[other].box = groups[other].box.hull(with: box)
                    groups[other].members.append(index)
                } else {
                    groups.append((box, [index]))
                }
            }
            groups.sort { $0.box.width * $0.box.height > $1.box.width * $1.box.height }
            let detections = groups.map {
                Detection(box: $0.box, appearance: hasColors ? histograms[$0.members[0]] : nil)
            }
            for (group, number) in zip(groups, tracker.follow(detections, time: time))
            where group.members.count == 1 {
                let name = walkers[group.members[0]].name
                if found[name, default: []].last != number {
                    found[name, default: []].append(number)
                }
            }
        }
        return found
    }

    @Test(
        "The largest comes first; who comes later has a higher number",
        arguments: [2.0, 10, 25, 60])
    func numbering(rate: Double) {
        let found = Self.numbers(
            [
                Walker(name: "small") { _ in Self.box(100, 0, 10, 20) },
                Walker(name: "large") { Self.box(40 * $0) },
                Walker(name: "late") { $0 < 1 ? nil : Self.box(200) },
            ], seconds: 2, rate: rate)
        #expect(found == ["large": [1], "small": [2], "late": [3]])
    }

    @Test("Who stands still, shakes or grows keeps the number")
    func atRest() {
        var generator = SeededGenerator(4)
        let shakes = (0..<100).map { _ in Int.random(in: -3...3, using: &generator) }
        let found = Self.numbers(
            [
                Walker(name: "shaking") { time in
                    let frame = Int(time * 25)
                    return Box(
                        x: 10 + shakes[frame], y: 5, width: 20 + shakes[99 - frame], height: 50)
                },
                Walker(name: "growing") { Self.box(100 - 5 * $0, 0, 20 + Int(10 * $0)) },
            ], seconds: 4)
        #expect(found == ["shaking": [1], "growing": [2]])
    }

    @Test(
        "Two who cross, found as one while they do, keep their numbers by their motion",
        arguments: [8.0, 25, 60], [false, true])
    func crossing(rate: Double, hasColors: Bool) {
        let found = Self.numbers(
            [
                Walker(name: "right", luma: 120) { Self.box(60 * $0, 0, 20, 52) },
                Walker(name: "left", luma: 120) { Self.box(150 - 50 * $0) },
            ], seconds: 3, rate: rate, hasColors: hasColors)
        #expect(found == ["right": [1], "left": [2]])
    }

    @Test("Two who meet and turn back keep their numbers by their colours")
    func meeting() {
        func turning(_ time: Double) -> Double { time < 1.25 ? 60 * time : 150 - 60 * time }
        let found = Self.numbers(
            [
                Walker(name: "left", luma: 60) { Self.box(turning($0), 0, 20, 52) },
                Walker(name: "right", luma: 200) { Self.box(160 - turning($0)) },
            ], seconds: 2.4)
        #expect(found == ["left": [1], "right": [2]])
    }

    /// Who walks right and is hidden between two times, at first and at last in part.
    private static func passing(_ start: Double, _ end: Double) -> Walker {
        Walker(name: "passing") { time in
            let (left, right) = (60 * time, 60 * time + 20)
            let (low, high) = (60 * start, 60 * end + 20)
            if left >= low, right <= high { return nil }
            if left < low, right > low { return box(left, 0, Int(low - left) + 1) }
            if left < high, right > high { return box(high, 0, Int(right - high) + 1) }
            return box(left)
        }
    }

    @Test(
        "Who is hidden for a short while is the same, who is away for longer is not",
        arguments: [(0.4, [1]), (0.8, [1]), (1.2, [1]), (2.0, [1, 2])])
    func occlusion(hidden: Double, expected: [Int]) {
        let found = Self.numbers([Self.passing(1, 1 + hidden)], seconds: 5)
        #expect(found == ["passing": expected])
    }

    @Test("Who comes where another has left is not the same: colours differ, or it took too long")
    func replaced() {
        for (luma, pause) in [(220, 0.2), (60, 2)] {
            let found = Self.numbers(
                [
                    Walker(name: "first", luma: 60) { $0 < 1 ? Self.box(40) : nil },
                    Walker(name: "second", luma: luma) { $0 < 1 + pause ? nil : Self.box(52) },
                ], seconds: 4)
            #expect(found == ["first": [1], "second": [2]])
        }
    }

    @Test("A sudden light does not change who stands there")
    func flash() {
        var tracker = Tracker()
        for (frame, luma) in [60, 60, 230, 230, 60].enumerated() {
            let detection = Detection(box: Self.box(40), appearance: Self.colors(luma))
            #expect(tracker.follow([detection], time: Double(frame) / 25) == [1])
        }
    }

    @Test("No number is given twice in a scene, and every scene begins with 1")
    func scenes() {
        let coming = (0..<5).map { index -> Walker in
            let start = Double(2 * index)
            let place = Self.box(index % 2 == 0 ? 0 : 200)
            return Walker(name: "\(index)") { $0 >= start && $0 < start + 0.4 ? place : nil }
        }
        let found = Self.numbers(coming, seconds: 10)
        #expect(found == ["0": [1], "1": [2], "2": [3], "3": [4], "4": [5]])
        let cut = Self.numbers(coming, seconds: 10, cuts: [100])
        #expect(cut == ["0": [1], "1": [2], "2": [1], "3": [2], "4": [3]])
        let still = [Walker(name: "still") { _ in Self.box(40) }, Self.passing(9, 10)]
        #expect(Self.numbers(still, seconds: 2, cuts: [20]) == ["still": [1], "passing": [2]])
    }

    @Test("Between equals the first detection and the older track win, at every repetition")
    func ties() {
        for _ in 0..<20 {
            var tracker = Tracker()
            func follow(_ boxes: [Box], _ time: Double) -> [Int] {
                tracker.follow(boxes.map { Detection(box: $0) }, time: time)
            }
            #expect(follow([Self.box(100)], 0) == [1])
            #expect(follow([Self.box(90), Self.box(110)], 0.04) == [1, 2])
            tracker.reset()
            #expect(follow([Self.box(90), Self.box(110)], 0.2) == [1, 2])
            #expect(follow([Self.box(100)], 0.24) == [1])
        }
    }

    @Test("All of a crowd are followed; of noise the largest, and what they were is forgotten")
    func crowds() {
        func crowd(_ count: Int, _ shift: Int) -> [Detection] {
            (0..<count).map { index in
                let box = Box(
                    x: 40 * (index % 40) + shift, y: 40 * (index / 40), width: 20, height: 20)
                return Detection(box: box)
            }
        }
        var tracker = Tracker()
        for frame in 0..<5 {
            let numbers = tracker.follow(crowd(500, 3 * frame), time: Double(frame) / 25)
            #expect(numbers == Array(1...500))
        }
        tracker.reset()
        #expect(tracker.follow(crowd(600, 0), time: 1) == Array(1...600))
        #expect(tracker.follow(crowd(600, 1), time: 1.04) == Array(1...500) + Array(601...700))
    }

    @Test("Times that stand still or go back change no number")
    func times() {
        var tracker = Tracker()
        for (index, time) in [0, 0, 0.04, 0.04, 0.02, 100, 100.04, -5, -4.96].enumerated() {
            let detections = [Detection(box: Self.box(Double(index)))]
            #expect(tracker.follow(detections, time: time) == [1])
        }
    }

    @Test("Who is found as one with another is known to be there, until forgotten")
    func hidden() {
        var tracker = Tracker()
        func follow(_ boxes: [Box], at time: Double) -> [Int] {
            tracker.follow(boxes.map { Detection(box: $0) }, time: time)
        }
        let (left, right) = (Self.box(0), Self.box(40))
        let both = left.hull(with: right)
        #expect(follow([left, right], at: 0) == [1, 2])
        #expect(tracker.hidden(within: both).isEmpty, "both were found")
        let number = follow([both], at: 0.1)
        #expect(tracker.hidden(within: both) == [1, 2].filter { !number.contains($0) })
        #expect(tracker.hidden(within: Self.box(200)).isEmpty)
        for step in 1...20 { _ = follow([both], at: 0.1 + Double(step) / 10) }
        #expect(tracker.hidden(within: both).isEmpty)
    }
}
