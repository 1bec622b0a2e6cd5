import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct OverlayTests {
    private static func drawn(
        _ format: FrameFormat, _ subjects: [Subject], threshold: Float = 0.5
    ) -> [[Int]] {
        var buffer = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        for plane in 0..<format.pixelFormat.planeCount { buffer.set(plane) { _, _ in 77 } }
        let source = Frame.painted(format) { _, _, _ in 77 }
        Overlay(subjects: subjects, threshold: threshold)
            .draw(on: &buffer, format: format, source: source.buffer)
        let drawn = buffer.freeze()
        return (0..<format.pixelFormat.planeCount).map(drawn.samples)
    }

    @Test(
        "Boxes outside of the picture and pictures of any size are safe",
        arguments: PixelFormat.everyKind)
    func safe(pixels: PixelFormat) {
        for size in [(1, 1), (3, 2), (200, 190)] {
            for orientation in Orientation.every {
                let format = FrameFormat(
                    width: size.0, height: size.1, pixelFormat: pixels, orientation: orientation)
                let prediction = Prediction(labels: ["ärger", "b"], scores: [0.999, 0.001])
                let box = Box(x: -5, y: -5, width: 400, height: 300)
                let planes = Self.drawn(
                    format, [Subject(box: box, area: 1, prediction: prediction)])
                if pixels.hasAlpha { #expect(planes.last?.allSatisfy { $0 == 77 } == true) }
            }
        }
    }

    @Test("Thresholds are told apart, also one and zero")
    func thresholds() {
        let format = FrameFormat(width: 64, height: 16, pixelFormat: .gray)
        let pictures = [0, 0.001, 0.5, 0.999, 1].map {
            Self.drawn(format, [], threshold: Float($0))
        }
        #expect(Set(pictures).count == 5)
    }

    @Test("Tracks are told apart, with a prediction and without")
    func tracks() {
        let format = FrameFormat(width: 160, height: 100, pixelFormat: .gray)
        let box = Box(x: 20, y: 40, width: 30, height: 20)
        let prediction = Prediction(labels: ["a", "b"], scores: [0.9, 0.1])
        let images = [nil, prediction].flatMap { prediction in
            [nil, 1, 2, 12].map {
                Self.drawn(
                    format, [Subject(box: box, area: 1, track: $0, prediction: prediction)])
            }
        }
        #expect(Set(images).count == 8)
    }

    @Test("A subject's outline lies on its box")
    func outline() {
        let format = FrameFormat(width: 100, height: 100, pixelFormat: .gray)
        let box = Box(x: 20, y: 40, width: 30, height: 20)
        let plain = Self.drawn(format, [])[0]
        let drawn = Self.drawn(format, [Subject(box: box, area: 1)])[0]
        for index in drawn.indices {
            let (x, y) = (index % 100, index / 100)
            let isInside = (20..<50).contains(x) && (40..<60).contains(y)
            let isEdge = isInside && !((21..<49).contains(x) && (41..<59).contains(y))
            #expect(drawn[index] == (isEdge ? 235 : plain[index]))
        }
    }
}
