/// Composites frames that lose their alpha over black.
package struct BlackCompositor {
    private let format: FrameFormat
    private let black: Int
    private let neutral: Int

    /// Prepares for frames of a format without alpha.
    package init(_ format: FrameFormat) {
        self.format = format
        let scale = SampleScale(format)
        black = Int(scale.black)
        neutral = Int(scale.neutral)
    }

    /// Writes a frame with alpha over black: each sample comes as near to black as it was
    /// transparent, chroma by the least opaque of its pixels.
    package func composite(_ source: PixelBuffer, into target: inout MutablePixelBuffer) {
        let pixels = format.pixelFormat
        let opaque = pixels.maxValue
        for index in 0..<pixels.planeCount {
            let isChroma = pixels.model == .yuv && index > 0
            let origin = isChroma ? neutral : black
            let (shiftX, shiftY) =
                isChroma ? (pixels.chromaShiftX, pixels.chromaShiftY) : (0, 0)
            source.withPlane(source.format.planeCount - 1) { alpha in
                source.withPlane(index) { from in
                    target.withPlane(index) { to in
                        for y in 0..<to.height {
                            for x in 0..<to.width {
                                let opacity = leastOpaque(
                                    alpha, x << shiftX, y << shiftY, shiftX, shiftY)
                                let sample = read(from, x, y) - origin
                                write(to, x, y, origin + sample * opacity / opaque)
                            }
                        }
                    }
                }
            }
        }
    }

    private func leastOpaque(
        _ alpha: Plane, _ x: Int, _ y: Int, _ shiftX: Int, _ shiftY: Int
    ) -> Int {
        var least = read(alpha, x, y)
        guard shiftX + shiftY > 0 else { return least }
        for row in y..<min(y + (1 << shiftY), alpha.height) {
            for column in x..<min(x + (1 << shiftX), alpha.width) {
                least = min(least, read(alpha, column, row))
            }
        }
        return least
    }

    @inline(__always)
    private func read(_ plane: Plane, _ x: Int, _ y: Int) -> Int {
        format.pixelFormat.bytesPerSample == 1
            ? Int(plane.row(y, as: UInt8.self)[x]) : Int(plane.row(y, as: UInt16.self)[x])
    }

    @inline(__always)
    private func write(_ plane: MutablePlane, _ x: Int, _ y: Int, _ value: Int) {
        if format.pixelFormat.bytesPerSample == 1 {
            plane.row(y, as: UInt8.self)[x] = UInt8(truncatingIfNeeded: value)
        } else {
            plane.row(y, as: UInt16.self)[x] = UInt16(truncatingIfNeeded: value)
        }
    }
}
