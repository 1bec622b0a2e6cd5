/// Turns every frame of a source upright, for outputs that cannot hold an orientation.
public struct UprightSource: FrameSource {
    private var source: any FrameSource
    private let pool = PixelBufferPool()
    /// The source's format with its orientation undone.
    public let format: FrameFormat

    /// Wraps a source whose frames all have its own format.
    public init(_ source: any FrameSource) {
        self.source = source
        format = Self.upright(source.format)
    }

    /// The next frame, upright.
    public mutating func next() throws -> Frame? {
        guard let frame = try source.next() else { return nil }
        return turn(frame)
    }

    /// The format of frames that are turned upright.
    static func upright(_ stored: FrameFormat) -> FrameFormat {
        guard stored.orientation != .upright else { return stored }
        let size = stored.displaySize
        var format = stored.resized(width: size.width, height: size.height)
        format.orientation = .upright
        guard stored.orientation.transposes else { return format }
        let pixels = stored.pixelFormat
        format.pixelFormat = PixelFormat(
            pixels.model, bitDepth: pixels.bitDepth, chromaShiftX: pixels.chromaShiftY,
            chromaShiftY: pixels.chromaShiftX, hasAlpha: pixels.hasAlpha)
        format.sampleAspect = Rational(stored.sampleAspect.den, stored.sampleAspect.num)
        return format
    }

    private func turn(_ frame: Frame) -> Frame {
        let stored = frame.format
        let format = Self.upright(stored)
        var buffer = pool.take(
            format: format.pixelFormat, width: format.width, height: format.height)
        for index in 0..<format.pixelFormat.planeCount {
            frame.buffer.withPlane(index) { from in
                buffer.withPlane(index) { to in
                    if format.pixelFormat.bytesPerSample == 1 {
                        stored.orientation.turn(from, to, as: UInt8.self)
                    } else {
                        stored.orientation.turn(from, to, as: UInt16.self)
                    }
                }
            }
        }
        return frame.replacing(buffer: buffer.freeze(), format: format)
    }
}

extension Orientation {
    /// Copies a stored plane into an upright one.
    fileprivate func turn<Sample>(_ stored: Plane, _ upright: MutablePlane, as type: Sample.Type) {
        for y in 0..<upright.height {
            let row = flipsY ? upright.height - 1 - y : y
            let target = upright.row(y, as: Sample.self)
            for x in 0..<upright.width {
                let column = flipsX ? upright.width - 1 - x : x
                target[x] =
                    transposes
                    ? stored.row(column, as: Sample.self)[row]
                    : stored.row(row, as: Sample.self)[column]
            }
        }
    }
}
