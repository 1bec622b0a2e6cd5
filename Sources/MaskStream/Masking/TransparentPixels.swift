/// Takes the colours away that no viewer shows: those of wholly transparent pixels.
///
/// What is invisible is not found either, so nobody would know what those colours show. A pixel
/// with any opacity counts as visible.
struct TransparentPixels {
    private let pool = PixelBufferPool()

    /// A frame whose wholly transparent pixels have the colour `samples`, or the frame itself
    /// where it has none.
    ///
    /// A chroma sample goes where all pixels that share it are wholly transparent.
    func cleared(_ source: PixelBuffer, to samples: [UInt16]) -> PixelBuffer {
        let pixels = source.format
        guard pixels.hasAlpha else { return source }
        return pixels.bytesPerSample == 1
            ? clear(source, samples.map { UInt8(truncatingIfNeeded: $0) })
            : clear(source, samples)
    }

    private func clear<Sample: FixedWidthInteger>(
        _ source: PixelBuffer, _ samples: [Sample]
    ) -> PixelBuffer {
        let pixels = source.format
        let isAnyClear = source.withPlane(pixels.planeCount - 1) { alpha in
            (0..<alpha.height).contains { alpha.samples($0, as: Sample.self).contains(0) }
        }
        guard isAnyClear else { return source }
        var target = pool.take(format: pixels, width: source.width, height: source.height)
        source.withPlane(pixels.planeCount - 1) { alpha in
            target.withPlane(pixels.planeCount - 1) { alpha.copy(to: $0, as: Sample.self) }
            for index in 0..<pixels.colorPlaneCount {
                let isChroma = pixels.model == .yuv && index > 0
                let shiftX = isChroma ? pixels.chromaShiftX : 0
                let shiftY = isChroma ? pixels.chromaShiftY : 0
                source.withPlane(index) { from in
                    target.withPlane(index) { to in
                        if shiftX + shiftY == 0 {
                            from.copy(to: to, clearing: samples[index], under: alpha)
                        } else {
                            from.copy(
                                to: to, clearing: samples[index], under: alpha, shiftX, shiftY)
                        }
                    }
                }
            }
        }
        return target.freeze()
    }
}

extension Plane {
    fileprivate func copy<Sample>(to target: MutablePlane, as type: Sample.Type) {
        for y in 0..<height { target.row(y, as: type).update(from: row(y, as: type), count: width) }
    }

    /// Copies the samples of a plane as large as `alpha`.
    fileprivate func copy<Sample: FixedWidthInteger>(
        to target: MutablePlane, clearing sample: Sample, under alpha: Plane
    ) {
        for y in 0..<height {
            let (from, to) = (row(y, as: Sample.self), target.row(y, as: Sample.self))
            let opacity = alpha.row(y, as: Sample.self)
            for x in 0..<width { to[x] = opacity[x] == 0 ? sample : from[x] }
        }
    }

    /// Copies the samples of a plane that is coarser than `alpha` by the given shifts.
    fileprivate func copy<Sample: FixedWidthInteger>(
        to target: MutablePlane, clearing sample: Sample, under alpha: Plane, _ shiftX: Int,
        _ shiftY: Int
    ) {
        for y in 0..<height {
            let (from, to) = (row(y, as: Sample.self), target.row(y, as: Sample.self))
            let rows = y << shiftY..<min((y + 1) << shiftY, alpha.height)
            for x in 0..<width {
                let columns = x << shiftX..<min((x + 1) << shiftX, alpha.width)
                let isClear = rows.allSatisfy { row in
                    let opacity = alpha.row(row, as: Sample.self)
                    return columns.allSatisfy { opacity[$0] == 0 }
                }
                to[x] = isClear ? sample : from[x]
            }
        }
    }
}
