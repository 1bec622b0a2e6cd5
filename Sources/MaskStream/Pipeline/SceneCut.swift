/// Finds frames that have nothing to do with the one before.
///
/// Compares luma on a grid of sparse samples: a cut is a mean change of more than an eighth of the
/// range that is also at least four times the recent change, so that fast motion is none.
struct SceneCut: Sendable {
    private static let columns = 48
    private static let rows = 27
    /// The recent change at a boundary: only one of a third of the range is another cut, less is motion.
    private static let recentAtBoundary: Float = 0.08
    private var past: [Float] = []
    private var recent = recentAtBoundary

    /// Whether this frame begins a new scene; the first one does not.
    mutating func isCut(_ frame: Frame) -> Bool {
        let scale = SampleScale(frame.format)
        let bytes = frame.format.pixelFormat.bytesPerSample
        let samples = frame.buffer.withPlane(0) { plane in
            (0..<Self.rows).flatMap { row in
                let y = (2 * row + 1) * plane.height / (2 * Self.rows)
                return (0..<Self.columns).map { column in
                    let x = (2 * column + 1) * plane.width / (2 * Self.columns)
                    let sample =
                        bytes == 1
                        ? Float(plane.row(y, as: UInt8.self)[x])
                        : Float(plane.row(y, as: UInt16.self)[x])
                    return (sample - scale.black) / scale.lumaSpan
                }
            }
        }
        defer { past = samples }
        guard !past.isEmpty else { return false }
        let change =
            zip(samples, past).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
            / Float(samples.count)
        let isCut = change > 0.125 && change > 4 * recent
        recent = isCut ? Self.recentAtBoundary : 0.8 * recent + 0.2 * change
        return isCut
    }
}
