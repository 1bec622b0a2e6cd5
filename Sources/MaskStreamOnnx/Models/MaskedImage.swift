/// A small image of which only a part is kept.
struct MaskedImage {
    /// Means over the kept part of each pixel, planar.
    let values: [Float]
    /// The kept fraction of each pixel.
    let coverage: [Float]

    /// The mean of the kept part of a channel.
    private func mean(_ channel: Int) -> Float {
        var (sum, weight) = (Float(0), Float(0))
        for pixel in coverage.indices {
            sum += coverage[pixel] * values[channel * coverage.count + pixel]
            weight += coverage[pixel]
        }
        return weight > 0 ? sum / weight : 0
    }

    /// The image with its masked part filled by the kept mean or by black.
    func filled(withMean: Bool) -> [Float] {
        (0..<values.count / coverage.count).flatMap { channel in
            let fill = withMean ? mean(channel) : 0
            return coverage.indices.map { pixel in
                let value = values[channel * coverage.count + pixel]
                return fill + (value - fill) * coverage[pixel]
            }
        }
    }

    /// The image with the kept part brought to mean 0 and deviation 1, and 0 where masked.
    func normalized() -> [Float] {
        (0..<values.count / coverage.count).flatMap { channel in
            let mean = mean(channel)
            var (squares, weight) = (Float(0), Float(0))
            for pixel in coverage.indices {
                let difference = values[channel * coverage.count + pixel] - mean
                squares += coverage[pixel] * difference * difference
                weight += coverage[pixel]
            }
            let deviation = max(weight > 0 ? (squares / weight).squareRoot() : 0, 0.02)
            return coverage.indices.map { pixel in
                let value = values[channel * coverage.count + pixel]
                return (value - mean) * coverage[pixel] / deviation
            }
        }
    }
}
