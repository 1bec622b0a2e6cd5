/// How often colours occur in a subject: a histogram of a few bins for each plane of the frame.
///
/// It tells subjects apart that cross within a scene; while an analysis is made, tracks of later scenes
/// are compared with it. It is forgotten with the run and never written anywhere: it describes clothes
/// and light, and identifies nobody.
struct ColorHistogram: Equatable {
    /// Bins of a plane.
    private static let bins = 8
    /// About how many samples of a subject are counted.
    private static let samples = 400.0

    /// The shares of the bins, plane by plane; those of a plane add up to 1.
    private var shares: [Float]

    /// Counts samples of a frame under a component's cells; `owners` marks those of a map with
    /// `width` columns over the frame.
    init(
        of component: SubjectFinder.Component, owners: [Int32], width: Int, in frame: Frame
    ) {
        let pixels = frame.format.pixelFormat
        let scale = SampleScale(frame.format)
        // Few cells are sampled several times, of many only some.
        let step = max(1, Int((Double(component.area) / Self.samples).squareRoot()))
        let grain = max(1, Int((Self.samples / 4 / Double(component.area)).squareRoot()))
        let (columns, rows) = (2 * width * grain, 2 * owners.count / width * grain)
        shares = []
        for index in 0..<pixels.colorPlaneCount {
            let isChroma = pixels.model == .yuv && index > 0
            // Chroma is seldom strong: its bins cover the inner half of the range.
            let zero = isChroma ? scale.neutral - scale.chromaSpan / 4 : scale.black
            let factor = Float(Self.bins) / (isChroma ? scale.chromaSpan / 2 : scale.lumaSpan)
            var counts = [Float](repeating: 0, count: Self.bins)
            frame.buffer.withPlane(index) { plane in
                for row in stride(from: component.top, through: component.bottom, by: step) {
                    for column in stride(from: component.left, through: component.right, by: step)
                    where owners[row * width + column] == component.number {
                        for part in 0..<grain * grain {
                            let y = 2 * (row * grain + part / grain) + 1
                            let x = 2 * (column * grain + part % grain) + 1
                            let sample = plane.sample(
                                x * plane.width / columns, y * plane.height / rows,
                                bytes: pixels.bytesPerSample)
                            Self.count((sample - zero) * factor, in: &counts)
                        }
                    }
                }
            }
            let sum = counts.reduce(0, +)
            shares += counts.map { sum > 0 ? $0 / sum : 0 }
        }
    }

    /// Shares a sample out among the two bins whose centres are nearest.
    private static func count(_ position: Float, in counts: inout [Float]) {
        let place = min(max(position - 0.5, 0), Float(bins - 1))
        let first = min(Int(place), bins - 2)
        let weight = place - Float(first)
        counts[first] += 1 - weight
        counts[first + 1] += weight
    }

    /// The Hellinger distance to another one, 0 to 1, over all planes.
    ///
    /// The square root of 1 less the Bhattacharyya coefficient, as in Comaniciu et al. 2003, IEEE
    /// TPAMI 25(5), doi:10.1109/TPAMI.2003.1195991.
    func distance(to other: ColorHistogram) -> Double {
        let common = zip(shares, other.shares).reduce(Float(0)) { $0 + ($1.0 * $1.1).squareRoot() }
        let planes = Float(shares.count / Self.bins)
        return Double(max(0, 1 - common / planes).squareRoot())
    }

    /// Moves a fraction of the way to another one.
    mutating func move(to other: ColorHistogram, by weight: Float) {
        for index in shares.indices {
            shares[index] += weight * (other.shares[index] - shares[index])
        }
    }
}

extension Plane {
    /// The sample of a column and row, of one or two bytes.
    fileprivate func sample(_ x: Int, _ y: Int, bytes: Int) -> Float {
        bytes == 1 ? Float(row(y, as: UInt8.self)[x]) : Float(row(y, as: UInt16.self)[x])
    }
}
