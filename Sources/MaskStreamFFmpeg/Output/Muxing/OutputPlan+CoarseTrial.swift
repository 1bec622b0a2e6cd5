internal import CFFmpeg
import MaskStream

extension OutputPlan {
    /// Has the encoder prove that it shows marked regions more coarsely, where it is to do so.
    ///
    /// A frame of noise is encoded twice as the output will be, plainly and marked whole: an encoder
    /// that obeys needs fewer bytes for the second.
    ///
    /// - Throws: `MaskStreamError/Code/unavailable` for an encoder that does not obey.
    func tryCoarseRegions() throws {
        guard options.raisesQP != nil else { return }
        let (plain, marked) = (try trialSize(isMarked: false), try trialSize(isMarked: true))
        guard marked >= plain else { return }
        throw MaskStreamError(
            .unavailable,
            "the encoder \(choice.name) does not spend fewer bits on regions (--fill qp)",
            hint: "use libx264 or libx265 for progressive frames, without lossless quality, and "
                + "with adaptive quantisation, which --preset ultrafast turns off")
    }

    /// The bytes of a frame of noise, no side longer than 256 pixels.
    private func trialSize(isMarked: Bool) throws -> Int {
        var small = format
        (small.width, small.height) = (min(format.width, 256), min(format.height, 256))
        let encoder = try VideoEncoder(
            choice, form: form, format: small, container: container, options: options,
            input: input, timecode: nil, report: { _ in })
        var size = 0
        let whole = Box(x: 0, y: 0, width: small.width, height: small.height)
        let frame = Frame(
            format: small, pts: 0, coarse: isMarked ? [whole] : [], buffer: .noise(small))
        try encoder.encode(frame) { size += Int($0.pointee.size) }
        try encoder.drain { size += Int($0.pointee.size) }
        return size
    }
}

extension PixelBuffer {
    /// Noise over the whole range of the samples, the same each time.
    fileprivate static func noise(_ format: FrameFormat) -> PixelBuffer {
        let pixels = format.pixelFormat
        var buffer = MutablePixelBuffer(format: pixels, width: format.width, height: format.height)
        var state: UInt32 = 1
        for index in 0..<pixels.planeCount {
            buffer.withPlane(index) { plane in
                for y in 0..<plane.height {
                    for x in 0..<plane.width {
                        // Numerical Recipes' generator; its upper bits are the better ones.
                        state = state &* 1_664_525 &+ 1_013_904_223
                        let sample = state >> (32 - UInt32(pixels.bitDepth))
                        if pixels.bytesPerSample == 1 {
                            plane.row(y, as: UInt8.self)[x] = UInt8(truncatingIfNeeded: sample)
                        } else {
                            plane.row(y, as: UInt16.self)[x] = UInt16(truncatingIfNeeded: sample)
                        }
                    }
                }
            }
        }
        return buffer.freeze()
    }
}
