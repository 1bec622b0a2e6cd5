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

struct PredictionTests {
    @Test func topClass() throws {
        let prediction = try #require(
            Prediction(labels: ["a", "b", "c"], scores: [0.2, 0.5, 0.3]))
        #expect(prediction.label == "b" && prediction.confidence == 0.5 && prediction.top == 1)
        #expect(Prediction(labels: [], scores: []) == nil)
        #expect(Prediction(labels: ["a"], scores: [0.5, 0.5]) == nil)
    }
}
