import Foundation
public import MaskStream

/// A primary model that classifies one subject at a time: an ONNX model, described by a profile.
///
/// Input: `[1, C, H, W]` or `[1, H, W, C]` float32, the subject's box with its margin, squared to
/// the model's aspect, upright. Output: `[1, classes]` float32 logits.
public struct OnnxClassifier: PrimaryModel {
    private let spec: PrimarySpec
    private let binding: OnnxBinding

    /// Binds a session.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not
    ///   what the profile says.
    public init(spec: PrimarySpec, session: OnnxSession) throws {
        self.spec = spec
        let channels = spec.pixels.channelCount
        binding = try OnnxBinding(
            session,
            inputShape: spec.pixels.layout == .nchw
                ? [1, channels, spec.height, spec.width] : [1, spec.height, spec.width, channels],
            outputShape: [1, spec.labels.count])
    }

    /// Classifies one subject by what the region's mask keeps of it.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails or its answer is
    ///   not finite.
    public mutating func run(
        on source: borrowing Frame, in region: borrowing Region
    ) throws -> Verdict {
        let crop = CropGeometry(
            box: region.box, format: source.format, margin: spec.margin,
            aspect: Double(spec.width) / Double(spec.height))
        let sampler = FrameSampler(
            format: source.format, x: crop.x, y: crop.y, width: spec.width, height: spec.height,
            isGray: spec.pixels.color == .gray)
        let (values, coverage) = sampler.sample(source, mask: region.mask)
        let picture = MaskedPicture(values: values, coverage: coverage)
        let content = Box(x: 0, y: 0, width: spec.width, height: spec.height)
        let filled =
            switch spec.normalize {
            case .kept: picture.normalized()
            case .fixed: picture.filled(withMean: spec.fill == .mean)
            }
        binding.withInput { input in
            PixelTensor(spec: spec.pixels, width: spec.width, height: spec.height)
                .write(filled, content: content, to: input)
        }
        try binding.run()
        let logits = binding.withOutput { Array($0) }
        let scores = softmax(logits, temperature: spec.temperature)
        guard scores.allSatisfy(\.isFinite),
            let verdict = Verdict(labels: spec.labels, scores: scores)
        else {
            throw MaskStreamError(
                .software, "the primary model's answer is not finite (\(spec.file.path))")
        }
        return verdict
    }
}

/// The part of a picture that the primary sees: a subject's box, its margin, and what is needed to
/// give it the model's aspect ratio as displayed.
struct CropGeometry: Equatable {
    /// Columns in stored pixels; may reach outside.
    let x: Range<Double>
    /// Rows in stored pixels; may reach outside.
    let y: Range<Double>

    init(box: Box, format: FrameFormat, margin: Float, aspect: Double) {
        // Square pixels: widths count `pixel` times as much as heights.
        let pixel = format.sampleAspect.value > 0 ? format.sampleAspect.value : 1
        let wanted = format.orientation.transposes ? 1 / aspect : aspect
        var width = Double(box.width) * pixel
        var height = Double(box.height)
        let border = 2 * Double(margin) * max(width, height)
        width += border
        height += border
        (width, height) = (max(width, height * wanted), max(height, width / wanted))
        let centreX = Double(box.x) + Double(box.width) / 2
        let centreY = Double(box.y) + Double(box.height) / 2
        x = centreX - width / pixel / 2..<centreX + width / pixel / 2
        y = centreY - height / 2..<centreY + height / 2
    }
}

/// A small picture of which only a part is kept.
struct MaskedPicture {
    /// Means over the kept part of each pixel, planar.
    let values: [Float]
    /// The kept share of each pixel.
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

    /// The picture with its masked part filled by the kept mean or by black.
    func filled(withMean: Bool) -> [Float] {
        (0..<values.count / coverage.count).flatMap { channel in
            let fill = withMean ? mean(channel) : 0
            return coverage.indices.map { pixel in
                let value = values[channel * coverage.count + pixel]
                return fill + (value - fill) * coverage[pixel]
            }
        }
    }

    /// The picture with the kept part brought to mean 0 and deviation 1, and 0 where masked.
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
