import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct MapSmoothingTests {
    private static func map(_ value: Float) -> ConfidenceMap {
        ConfidenceMap(width: 1, height: 1, repeating: value)
    }

    @Test(
        "An undecided score takes its time, whatever the frame rate", arguments: [5, 30, 60, 120])
    func rate(fps: Int) {
        var smoothing = MapSmoothing(weight: 0.5)
        var map = Self.map(1)
        smoothing.smooth(&map, time: 0)
        for frame in 1...fps {
            map = Self.map(0.5)
            smoothing.smooth(&map, time: Double(frame) / Double(fps) / 10)
        }
        // The past had full weight at 1 and lost half of it each thirtieth of a second: 1/8 of 0.5.
        #expect(abs(map.values[0] - 0.5625) < 1e-4)
    }

    @Test("A sure score takes effect at once", arguments: [Float(0), 1])
    func sure(score: Float) {
        var smoothing = MapSmoothing(weight: 0.99)
        var map = Self.map(1 - score)
        smoothing.smooth(&map, time: 0)
        map = Self.map(score)
        smoothing.smooth(&map, time: 0.001)
        #expect(map.values == [score])
    }

    @Test("The past never counts more than the new score is uncertain")
    func bounded() {
        var generator = SeededGenerator(1)
        var smoothing = MapSmoothing(weight: 0.9)
        var past: Float = 0
        var time = 0.0
        for _ in 0..<500 {
            let new = Float.random(in: 0...1, using: &generator)
            var map = Self.map(new)
            smoothing.smooth(&map, time: time)
            let blend = map.values[0]
            #expect(blend >= min(new, past) - 1e-6 && blend <= max(new, past) + 1e-6)
            #expect(abs(blend - new) <= abs(past - new) * 4 * new * (1 - new) + 1e-6)
            past = blend
            time += Double.random(in: 0.001...0.2, using: &generator)
        }
    }

    @Test("Past and future share the weight, and what moves evenly is not delayed")
    func twoSided() {
        var smoothing = MapSmoothing(weight: 0.5)
        var map = Self.map(0.4)
        smoothing.smooth(&map, time: 0)
        map = Self.map(0.5)
        let next = [TimedMap(map: Self.map(0.6), time: 2.0 / 30)]
        smoothing.smooth(&map, time: 1.0 / 30, future: next)
        #expect(abs(map.values[0] - 0.5) < 1e-6)
        // Without a past the future has the whole weight, each map drawn to the one behind it.
        smoothing.reset()
        map = Self.map(0.5)
        let future = [Self.map(0.5), Self.map(1)].enumerated().map { index, map in
            TimedMap(map: map, time: Double(index + 1) / 30)
        }
        smoothing.smooth(&map, time: 0, future: future)
        #expect(abs(map.values[0] - 0.625) < 1e-6)
    }

    @Test("Scores outside of 0 to 1 do not run away")
    func outside() {
        var smoothing = MapSmoothing(weight: 0.9)
        for frame in 0..<200 {
            var map = Self.map(frame % 2 == 0 ? 2 : -1)
            smoothing.smooth(&map, time: Double(frame) / 30)
            #expect(map.values[0] >= -1 && map.values[0] <= 2)
        }
    }

    @Test("Without a weight, after a reset and at another size nothing is blended")
    func plain() {
        var none = MapSmoothing(weight: 0)
        var smoothing = MapSmoothing(weight: 0.9)
        for value in [Float(0.9), 0.5] {
            var map = Self.map(value)
            none.smooth(&map, time: 0)
            #expect(map.values == [value])
            smoothing.smooth(&map, time: 0)
            smoothing.reset()
        }
        var map = Self.map(0.5)
        smoothing.smooth(&map, time: 0)
        #expect(map.values == [0.5])
        var wide = ConfidenceMap(width: 2, height: 1, repeating: 0.4)
        smoothing.smooth(&wide, time: 0.01)
        #expect(wide.values == [0.4, 0.4])
    }
}

struct SceneCutTests {
    private static let format = FrameFormat(width: 96, height: 54, pixelFormat: .gray)

    /// A smooth scene of blobs; `phase` moves it, `seed` is another place.
    private static func scene(_ seed: Int, phase: Int = 0, light: Int = 0) -> Frame {
        var generator = SeededGenerator(seed)
        let cells = (0..<12 * 8).map { _ in Int.random(in: 40...215, using: &generator) }
        return Frame.painted(format) { _, x, y in
            min(max(cells[(x + phase) / 8 % 12 + y / 7 % 8 * 12] + light, 0), 255)
        }
    }

    @Test("A cut is found on its first frame and only there")
    func cut() {
        var detector = SceneCut()
        let found = (0..<30).map { index in
            detector.isCut(Self.scene(index / 10, phase: index % 10 / 3))
        }
        #expect(found.indices.filter { found[$0] } == [10, 20])
    }

    @Test("Steady motion is none, however fast, once it has begun", arguments: [1, 3, 8])
    func motion(speed: Int) {
        var detector = SceneCut()
        let found = (0..<40).map { detector.isCut(Self.scene(1, phase: $0 * speed)) }
        // Every picture differs by much from the one before: the first change looks like a cut.
        #expect(found.count { $0 } <= 1)
        #expect(!found.dropFirst(2).contains(true))
    }

    @Test("A change of light of a tenth of the range is none")
    func light() {
        var detector = SceneCut()
        for index in 0..<20 {
            let isCut = detector.isCut(Self.scene(1, light: index % 2 * 25))
            #expect(!isCut)
        }
    }

    @Test("A bright flash over the whole picture counts as two cuts")
    func flash() {
        var detector = SceneCut()
        let found = (0..<10).map { detector.isCut(Self.scene(1, light: $0 == 5 ? 200 : 0)) }
        #expect(found.indices.filter { found[$0] } == [5, 6])
    }

    @Test("Depth, range and tiny sizes make no difference", arguments: PixelFormat.everyKind)
    func formats(pixels: PixelFormat) {
        let format = FrameFormat(width: 3, height: 2, pixelFormat: pixels)
        var detector = SceneCut()
        let found = [1, 1, 6, 6].map { eighths in
            detector.isCut(Frame.painted(format) { _, _, _ in eighths * pixels.maxValue / 8 })
        }
        #expect(found == [false, false, true, false])
    }
}

struct SubjectFinderTests {
    private static func subjects(
        _ drawing: [String], minArea: Float = 0, maxSubjects: Int = 9, width: Int, height: Int
    ) -> [Subject] {
        let values = drawing.joined().map { $0 == "#" ? Float(0.9) : $0 == "=" ? 0.5 : 0 }
        let map = ConfidenceMap(width: drawing[0].count, height: drawing.count, values: values)
        return SubjectFinder(level: 0.5, minArea: minArea, maxSubjects: maxSubjects)
            .subjects(in: map, format: FrameFormat(width: width, height: height))
    }

    @Test("Neighbours at corners belong together; equal to the level does not")
    func neighbours() {
        let found = Self.subjects(
            [
                "#..=..##",
                ".#.=..##",
                "..#=....",
                "=======#",
            ], width: 8, height: 4)
        #expect(
            found == [
                Subject(box: Box(x: 6, y: 0, width: 2, height: 2), area: 4),
                Subject(box: Box(x: 0, y: 0, width: 3, height: 3), area: 3),
                Subject(box: Box(x: 7, y: 3, width: 1, height: 1), area: 1),
            ])
    }

    @Test("Largest first, ties by x then y")
    func order() {
        let found = Self.subjects(["#.#.#", ".....", "#...#"], width: 5, height: 3)
        #expect(
            found.map { [$0.box.x, $0.box.y] } == [[0, 0], [0, 2], [2, 0], [4, 0], [4, 2]])
    }

    @Test("A form that winds back to the left is one subject with its whole box")
    func winding() {
        let found = Self.subjects(["...##", "#...#", "#####"], width: 50, height: 30)
        #expect(found == [Subject(box: Box(x: 0, y: 0, width: 50, height: 30), area: 9)])
    }

    @Test("Small subjects and those past the limit are left out")
    func limits() {
        let drawing = ["##.#.", "##...", "....#"]
        #expect(Self.subjects(drawing, minArea: 0.2, width: 5, height: 3).count == 1)
        #expect(Self.subjects(drawing, maxSubjects: 2, width: 5, height: 3).count == 2)
        #expect(Self.subjects([".."], width: 5, height: 3).isEmpty)
    }

    @Test(
        "Boxes cover their cells and stay inside the picture",
        arguments: [[7, 5], [1, 1], [640, 480]])
    func boxes(size: [Int]) {
        var generator = SeededGenerator(3)
        for _ in 0..<50 {
            let width = Int.random(in: 1...20, using: &generator)
            let height = Int.random(in: 1...20, using: &generator)
            let values = (0..<width * height).map { _ in Float.random(in: 0...1, using: &generator)
            }
            let map = ConfidenceMap(width: width, height: height, values: values)
            let finder = SubjectFinder(level: 0.6, minArea: 0, maxSubjects: 400)
            let format = FrameFormat(width: size[0], height: size[1])
            let found = finder.subjects(in: map, format: format)
            #expect(found.reduce(0) { $0 + $1.area } == values.filter { $0 > 0.6 }.count)
            for subject in found {
                let box = subject.box
                #expect(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0)
                #expect(box.x + box.width <= size[0] && box.y + box.height <= size[1])
            }
        }
    }

    @Test(
        "Cells that touch, at corners too, are one subject",
        arguments: [
            (["#.#", "#.#", "###"], [7]), (["#.#", ".#.", "#.#"], [5]), (["##..", "..##"], [4]),
            (["#..#"], [1, 1]), (["#.#.#", "#.#.#", "#####"], [11]),
            (["#####", "#...#", "#.#.#", "#...#", "#####"], [16, 1]),
            (["######", ".....#", "####.#", "#..#.#", "#.##.#", "#....#", "######"], [27]),
        ])
    func connected(rows: [String], areas: [Int]) {
        let map = ConfidenceMap(
            width: rows[0].count, height: rows.count,
            values: rows.flatMap { $0.map { $0 == "#" ? 1 : 0 } })
        let finder = SubjectFinder(level: 0.5, minArea: 0, maxSubjects: 9)
        let (components, owners) = finder.components(of: map)
        #expect(components.map(\.area) == areas)
        for component in components {
            #expect(owners.count { $0 == component.number } == component.area)
        }
        #expect(owners.count { $0 != 0 } == areas.reduce(0, +))
    }

    @Test("NaN is no subject")
    func notANumber() {
        let map = ConfidenceMap(width: 2, height: 2, repeating: .nan)
        let finder = SubjectFinder(level: 0.5, minArea: 0, maxSubjects: 4)
        #expect(finder.subjects(in: map, format: FrameFormat(width: 2, height: 2)).isEmpty)
    }
}

struct PredictionTests {
    @Test func topClass() throws {
        let prediction = try #require(
            Prediction(labels: ["a", "b", "c"], scores: [0.2, 0.5, 0.3]))
        #expect(prediction.label == "b" && prediction.confidence == 0.5 && prediction.top == 1)
        #expect(Prediction(labels: [], scores: []) == nil)
        #expect(Prediction(labels: ["a"], scores: [0.5, 0.5]) == nil)
    }
}
