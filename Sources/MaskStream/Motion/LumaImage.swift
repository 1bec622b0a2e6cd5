/// A frame's luma, made small: the image in which motion is looked for.
struct LumaImage {
    /// Samples in a row, in whole blocks.
    let width: Int
    /// Rows, in whole blocks.
    let height: Int
    /// Luma from 0 to 255, row by row, in stored orientation.
    let samples: [UInt8]

    /// How many blocks there are.
    var blockCount: Int { width / BlockMotion.side * (height / BlockMotion.side) }
}

/// Makes the luma images of frames of one format.
struct LumaSampler {
    let format: FrameFormat
    private let resampler: PlaneResampler

    /// - Parameter area: the samples of an image, about; never more than the frame has, but where it
    ///   is smaller than a block.
    init(format: FrameFormat, area: Int) {
        self.format = format
        let scale = (Double(area) / Double(format.width * format.height)).squareRoot()
        let blocks = [format.width, format.height].map {
            max(1, Int((Double($0) * min(scale, 1) / Double(BlockMotion.side)).rounded()))
        }
        resampler = PlaneResampler(
            source: (format.width, format.height), x: 0..<Double(format.width),
            y: 0..<Double(format.height), width: blocks[0] * BlockMotion.side,
            height: blocks[1] * BlockMotion.side)
    }

    func image(of frame: Frame) -> LumaImage {
        let count = resampler.width * resampler.height
        let scale = SampleScale(format)
        let samples = withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { luma in
            guard let base = luma.baseAddress else { return [UInt8]() }
            frame.buffer.withPlane(0) {
                resampler.resample(
                    $0, bytes: format.pixelFormat.bytesPerSample, into: base)
            }
            let factor = 255 / scale.lumaSpan
            return [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
                for index in 0..<count {
                    let value = (base[index] - scale.black) * factor
                    samples[index] = UInt8(min(max(value, 0), 255))
                }
                initialized = count
            }
        }
        return LumaImage(width: resampler.width, height: resampler.height, samples: samples)
    }
}
