import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// A frame that is made of another keeps everything but what was exchanged.
struct FrameTests {
    private static let turned = Orientation(transposes: true, flipsX: true)

    private static func frame(orientation: Orientation = .upright) -> Frame {
        var format = FrameFormat(width: 4, height: 2, pixelFormat: .yuv444p)
        format.orientation = orientation
        let buffer = PixelBuffer.painted(.yuv444p, width: 4, height: 2) { _, x, y in x + y }
        return Frame(
            format: format, pts: 7, duration: 3, isDamaged: true, beginsScene: true, file: "a.png",
            captured: 123, buffer: buffer)
    }

    private static func expectAll(
        _ frame: Frame, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(frame.pts == 7 && frame.duration == 3, sourceLocation: sourceLocation)
        #expect(frame.isDamaged && frame.beginsScene, sourceLocation: sourceLocation)
        #expect(frame.file == "a.png" && frame.captured == 123, sourceLocation: sourceLocation)
    }

    @Test func whateverIsMadeOfAFrameKeepsItsAttributes() throws {
        Self.expectAll(Self.frame().replacing())
        let mask = Mask(width: 4, height: 2, keepsAll: true)
        for fill in MaskFill.everyKind {
            var painter = MaskPainter(fill: fill)
            Self.expectAll(painter.paint(Self.frame(), mask: mask))
            Self.expectAll(painter.paint(Self.frame(), mask: nil))
        }
        var gray = GrayPainter()
        Self.expectAll(gray.mask(Self.frame(), mask: mask))
        Self.expectAll(
            gray.confidence(Self.frame(), map: ConfidenceMap(width: 1, height: 1, values: [1])))
    }

    @Test func aTurnedFrameKeepsItsAttributes() throws {
        struct One: FrameSource {
            let format = FrameTests.frame(orientation: FrameTests.turned).format
            mutating func next() throws -> Frame? {
                FrameTests.frame(orientation: FrameTests.turned)
            }
        }
        var source = UprightSource(One())
        let frame = try #require(try source.next())
        #expect(frame.buffer.width == 2)
        Self.expectAll(frame)
    }

    @Test func whatIsGivenIsExchanged() {
        let buffer = MutablePixelBuffer(format: .gray, width: 1, height: 1).freeze()
        let format = FrameFormat(width: 1, height: 1, pixelFormat: .gray)
        let other = Self.frame().replacing(
            buffer: buffer, format: format, pts: -1, beginsScene: false)
        #expect(other.buffer === buffer && other.format == format)
        #expect(other.pts == -1 && !other.beginsScene && other.captured == 123)
    }
}
