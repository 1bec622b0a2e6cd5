import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// The estimate stage with key frames: what waits for what.
struct KeyFrameStageTests {
    private static let format = FrameFormat(width: 128, height: 96, pixelFormat: .gray)

    /// What the stage did: which frames the estimator saw, and what came out behind each frame.
    private struct Course {
        let seen = Journal()
        var out: [[String]] = []
        var error: (any Error)?
    }

    /// A frame of a film: a textured square goes to the right by 2 each frame.
    private static func frame(_ pts: Int64, _ kind: Character) -> Frame {
        let left = 16 + 2 * Int(pts)
        return Frame.painted(format, pts: pts, isDamaged: kind == "d") { _, x, y in
            // A flash of a few blocks that no other frame has.
            if kind == "f", x >= 88, y < 8 { return 250 }
            let isInside = (left..<left + 48).contains(x) && (24..<72).contains(y)
            return isInside ? texture(x - left, y) : 100
        }.replacing(beginsScene: kind == "s")
    }

    /// Films with key frames every 4: `.` is a frame that moves on, `d` a damaged one, `f` shows a
    /// flash, `s` begins a scene, `n` has no map to trust, `x` is one on which the model fails.
    private static func course(_ film: String) -> Course {
        var course = Course()
        let (kinds, seen) = (Array(film), course.seen)
        let estimator = FakeEstimator { frame in
            seen.note("\(frame.pts)" + (frame.beginsScene ? "s" : ""))
            switch kinds[Int(frame.pts)] {
            case "n": return ConfidenceMap(width: 1, height: 1, repeating: .nan)
            case "x": throw FakeError("model")
            default: return ConfidenceMap(width: 32, height: 24)
            }
        }
        var stage = EstimateStage(
            estimator: estimator,
            carrier: MapCarrier(interval: 4, area: 128 * 96, hides: false, waits: true))
        var out: [String] = []
        func note(_ work: borrowing FrameWork) {
            let what = work.miss?.rawValue ?? work.estimate?.rawValue ?? "nothing"
            out.append("\(work.index) \(what)")
        }
        do {
            for (index, kind) in kinds.enumerated() {
                out = []
                let source = frame(Int64(index), kind)
                try stage.process(FrameWork(index: index, source: source, threshold: 0.5)) {
                    note($0)
                }
                course.out.append(out)
            }
        } catch {
            course.out.append(out)
            course.error = error
        }
        out = []
        do { try stage.finish { note($0) } } catch { course.error = course.error ?? error }
        course.out.append(out)
        return course
    }

    @Test("Frames wait for the next key frame and leave in order")
    func waits() {
        let course = Self.course("......")
        #expect(course.seen.lines == ["0", "4"])
        #expect(
            course.out == [
                ["0 ran"], [], [], [], ["1 moved", "2 moved", "3 moved", "4 ran"], [], ["5 moved"],
            ])
    }

    @Test("A frame that no key frame explains is estimated late")
    func late() {
        let course = Self.course("..f...")
        #expect(course.seen.lines == ["0", "4", "2"])
        #expect(course.out[4] == ["1 moved", "2 ran", "3 moved", "4 ran"])
    }

    @Test("A scene, damage and a missing map end the wait")
    func ends() {
        let scene = Self.course("..s..")
        #expect(scene.seen.lines == ["0", "2s"])
        #expect(scene.out[2...] == [["1 moved", "2 ran"], [], [], ["3 moved", "4 moved"]])
        let damaged = Self.course("..d..")
        #expect(damaged.seen.lines == ["0"])
        #expect(damaged.out[2...] == [["1 moved", "2 damaged"], [], [], ["3 moved", "4 moved"]])
        let unknown = Self.course("....n.")
        #expect(unknown.seen.lines == ["0", "4", "5"])
        #expect(unknown.out[4] == ["1 moved", "2 moved", "3 moved", "4 nan"])
        #expect(unknown.out[5] == ["5 ran"])
    }

    @Test("What waited for a frame on which the model fails is not lost")
    func fails() {
        let course = Self.course("....x")
        #expect(course.error is FakeError)
        #expect(course.out == [["0 ran"], [], [], [], [], ["1 moved", "2 moved", "3 moved"]])
    }
}
