import Foundation
import Testing

@testable import MaskStream

struct FrameSpansTests {
    /// The stretches of frames of a tenth of a second each.
    private static func spans(_ frames: [Bool]) -> FrameSpans {
        var spans = FrameSpans()
        for (index, belongs) in frames.enumerated() {
            spans.add(belongs, from: Double(index) / 10, to: Double(index + 1) / 10)
        }
        return spans
    }

    @Test(
        "Successive frames are one stretch",
        arguments: [
            ([], []), ([false, false], []),
            ([true, true, false], [FrameSpans.Span(from: 0, to: 0.2, frames: 2)]),
            (
                [false, true, false, true],
                [
                    FrameSpans.Span(from: 0.1, to: 0.2, frames: 1),
                    FrameSpans.Span(from: 0.3, to: 0.4, frames: 1),
                ]
            ),
        ])
    func stretches(frames: [Bool], expected: [FrameSpans.Span]) {
        let found = Self.spans(frames)
        #expect(found.spans == expected && found.frames == frames.count { $0 })
    }

    @Test("Of too many, those with the least between them become one; every frame is in one")
    func bounded() {
        // A frame of three, but two of four once.
        var frames = (0..<3 * FrameSpans.most).map { $0 % 3 == 0 }
        frames.insert(contentsOf: [true, false], at: 300)
        let found = Self.spans(frames)
        #expect(found.spans.count == FrameSpans.most && found.frames == FrameSpans.most + 1)
        #expect(found.spans.reduce(0) { $0 + $1.frames } == found.frames)
        #expect(found.spans[100] == FrameSpans.Span(from: 30, to: 30.3, frames: 2))
        for (index, belongs) in frames.enumerated() where belongs {
            let time = Double(index) / 10
            #expect(found.spans.contains { $0.from <= time && time < $0.to })
        }
    }
}
