/// How a format's sample values relate to luma in [0, 1] and chroma in [-0.5, 0.5].
struct SampleScale {
    let black: Float
    let lumaSpan: Float
    let neutral: Float
    let chromaSpan: Float
    private let maximum: Float

    init(_ format: FrameFormat) {
        let unit = Float(1 << (format.pixelFormat.bitDepth - 8))
        maximum = Float(format.pixelFormat.maxValue)
        neutral = 128 * unit
        if format.color.range == .full || format.pixelFormat.model == .rgb {
            black = 0
            lumaSpan = maximum
            chromaSpan = maximum
        } else {
            black = 16 * unit
            lumaSpan = 219 * unit
            chromaSpan = 224 * unit
        }
    }

    /// The nearest sample of a luma (or RGB) value.
    func luma(_ value: Float) -> UInt16 { clamp(black + value * lumaSpan) }

    /// The nearest sample of a chroma value.
    func chroma(_ value: Float) -> UInt16 { clamp(neutral + value * chromaSpan) }

    private func clamp(_ sample: Float) -> UInt16 {
        UInt16(min(max(sample.rounded(), 0), maximum))
    }
}
