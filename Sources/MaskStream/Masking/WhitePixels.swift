/// Which pixels of a grey image are white, as the image is displayed: a mask that was made elsewhere.
package struct WhitePixels: Sendable, Equatable {
    /// Pixels in a row.
    package let width: Int
    /// Rows.
    package let height: Int
    /// Whether each pixel is white, row by row.
    package var isWhite: [Bool]

    /// Makes an image without a white pixel.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
        isWhite = Array(repeating: false, count: width * height)
    }

    /// Takes a grey frame, white from 128 of 255 on; nil for one with colours or transparent pixels,
    /// of which nobody knows what they mean.
    package init?(_ frame: Frame) {
        let (format, pixels) = (frame.format, frame.format.pixelFormat)
        guard frame.isGray else { return nil }
        let scale = SampleScale(format)
        let white = scale.black + scale.lumaSpan * 128 / 255
        var stored: [Bool] = []
        stored.reserveCapacity(format.width * format.height)
        frame.buffer.withPlane(0) { plane in
            for y in 0..<plane.height {
                if pixels.bytesPerSample == 1 {
                    let row = plane.row(y, as: UInt8.self)
                    for x in 0..<plane.width { stored.append(Float(row[x]) >= white) }
                } else {
                    let row = plane.row(y, as: UInt16.self)
                    for x in 0..<plane.width { stored.append(Float(row[x]) >= white) }
                }
            }
        }
        (width, height) = format.displaySize
        isWhite = format.orientation.apply(
            to: stored, width: format.width, height: format.height)
    }

    /// The pixels as the map of a frame of their size: 1 where they are white, else 0, in cells of the
    /// frame's chroma grid.
    ///
    /// A cell of which one pixel must be hidden is hidden: with `hides` it is 1 if any pixel is white,
    /// else if all are.
    package func map(over format: FrameFormat, hides: Bool) -> ConfidenceMap {
        precondition((width, height) == format.displaySize, "a mask of the frame's size")
        let stored = format.orientation.inverse.apply(to: isWhite, width: width, height: height)
        let (grid, pixels) = (format.maskGrid, format.pixelFormat)
        var map = ConfidenceMap(width: grid.width, height: grid.height, repeating: hides ? 0 : 1)
        for y in 0..<format.height {
            let row = (y >> pixels.chromaShiftY) * grid.width
            for x in 0..<format.width where stored[y * format.width + x] == hides {
                map.values[row + x >> pixels.chromaShiftX] = hides ? 1 : 0
            }
        }
        return map
    }
}

extension Frame {
    /// Whether the frame has neither colours, but for an encoder's noise, nor transparent pixels.
    fileprivate var isGray: Bool {
        let (pixels, scale) = (format.pixelFormat, SampleScale(format))
        let noise = scale.chromaSpan / 8
        return (1..<max(1, pixels.planeCount)).allSatisfy { index in
            let isAlpha = index == pixels.colorPlaneCount
            return allSamples(of: index) { sample, luma in
                if isAlpha { return sample == Float(pixels.maxValue) }
                return abs(sample - (pixels.model == .yuv ? scale.neutral : luma)) <= noise
            }
        }
    }

    /// Whether a test holds for all samples of a plane, each beside that of the first plane, where that
    /// has the plane's size.
    private func allSamples(of index: Int, _ holds: (Float, Float) -> Bool) -> Bool {
        func check<Sample: BinaryInteger>(_ plane: Plane, _ first: Plane, _: Sample.Type) -> Bool {
            (0..<plane.height).allSatisfy { y in
                let (row, luma) = (plane.row(y, as: Sample.self), first.row(y, as: Sample.self))
                return (0..<plane.width).allSatisfy { holds(Float(row[$0]), Float(luma[$0])) }
            }
        }
        return buffer.withPlane(0) { first in
            buffer.withPlane(index) { plane in
                format.pixelFormat.bytesPerSample == 1
                    ? check(plane, first, UInt8.self) : check(plane, first, UInt16.self)
            }
        }
    }
}
