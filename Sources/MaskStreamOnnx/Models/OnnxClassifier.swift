import Foundation
public import MaskStream

/// A primary model that classifies subjects: an ONNX model, described by a profile.
///
/// Input: `[N, C, H, W]` or `[N, H, W, C]` float32, each the subject's box with its margin, squared
/// to the model's aspect, upright. Output: `[N, classes]` float32 logits. N is up to
/// ``largestBatch`` where the model leaves it open, else 1.
public struct OnnxClassifier: PrimaryModel {
    /// The most regions that are run at once.
    public static let largestBatch = 4

    private let spec: PrimarySpec
    private let session: OnnxSession
    private let stretches: Bool
    /// A binding for each batch size from 1 on; the larger ones are made when they are needed.
    private var bindings: [OnnxBinding?]

    /// Binds a session.
    ///
    /// With `stretches` a box is not squared but stretched to the model's aspect, so that a whole
    /// image is seen whole.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not
    ///   what the profile says.
    public init(spec: PrimarySpec, session: OnnxSession, stretches: Bool = false) throws {
        self.spec = spec
        self.session = session
        self.stretches = stretches
        let isOpen = session.inputs.first?.shape.first.map { $0 < 0 } ?? false
        bindings = Array(repeating: nil, count: isOpen ? Self.largestBatch : 1)
        _ = try binding(of: 1)
        do {
            _ = try binding(of: bindings.count)
        } catch {
            // Its batch is open in name alone, as where a later layer fixes it.
            bindings.removeLast(bindings.count - 1)
        }
    }

    /// Classifies subjects by what each region's mask keeps of them.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails or an answer is
    ///   not finite.
    public mutating func run(
        on source: Frame, in regions: [Region]
    ) throws -> [Prediction] {
        var predictions: [Prediction] = []
        while predictions.count < regions.count {
            let batch = regions[predictions.count...].prefix(bindings.count)
            predictions += try run(on: source, batch: Array(batch))
        }
        return predictions
    }

    private mutating func run(on source: Frame, batch: [Region]) throws -> [Prediction] {
        let binding = try binding(of: batch.count)
        let tensor = PixelTensor(spec: spec.pixels, width: spec.width, height: spec.height)
        let content = Box(x: 0, y: 0, width: spec.width, height: spec.height)
        for (index, region) in batch.enumerated() {
            let pixels = pixels(of: source, in: region)
            binding.withInput { input in
                let count = input.count / batch.count
                let part = input[index * count..<(index + 1) * count]
                tensor.write(
                    pixels, content: content, to: UnsafeMutableBufferPointer(rebasing: part))
            }
        }
        try binding.run()
        return try binding.withOutput { logits in
            let count = spec.labels.count
            return try batch.indices.map { index in
                try prediction(Array(logits[index * count..<(index + 1) * count]))
            }
        }
    }

    private mutating func binding(of count: Int) throws -> OnnxBinding {
        if let binding = bindings[count - 1] { return binding }
        let binding = try OnnxBinding(
            session,
            inputShape: spec.pixels.layout.shape(
                batch: count, spec.pixels.channelCount, spec.width, spec.height),
            outputShape: [count, spec.labels.count])
        bindings[count - 1] = binding
        return binding
    }

    /// The model's view of a region: planes of `height` rows of `width` values.
    private func pixels(of source: Frame, in region: Region) -> [Float] {
        let crop = CropGeometry(
            box: region.box, format: source.format, margin: spec.margin,
            aspect: stretches ? nil : Double(spec.width) / Double(spec.height))
        let sampler = FrameSampler(
            format: source.format, x: crop.x, y: crop.y, width: spec.width, height: spec.height,
            isGray: spec.pixels.color == .gray)
        let (values, coverage) = sampler.sample(source, mask: region.mask)
        let image = MaskedImage(values: values, coverage: coverage)
        return switch spec.normalize {
        case .kept: image.normalized()
        case .fixed: image.filled(withMean: spec.fill == .mean)
        }
    }

    private func prediction(_ logits: [Float]) throws -> Prediction {
        let scores = softmax(logits, temperature: spec.temperature)
        guard scores.allSatisfy(\.isFinite),
            let prediction = Prediction(labels: spec.labels, scores: scores)
        else {
            throw MaskStreamError(
                .software, "the primary model's answer is not finite (\(spec.file.path))")
        }
        return prediction
    }
}

/// The part of an image that the primary sees: a subject's box, its margin, and what is needed to
/// give it the model's aspect ratio as displayed.
///
/// It is no larger than the image and moved into it: repeated edges help a classifier less than
/// what is missing of a box that is longer than the image is wide.
struct CropGeometry: Equatable {
    /// Columns in stored pixels.
    let x: Range<Double>
    /// Rows in stored pixels.
    let y: Range<Double>

    /// Without an aspect ratio, width over height as displayed, the box keeps its own.
    init(box: Box, format: FrameFormat, margin: Float, aspect: Double?) {
        // Square pixels: widths count `pixel` times as much as heights.
        let pixel = format.sampleAspect.value > 0 ? format.sampleAspect.value : 1
        var width = Double(box.width) * pixel
        var height = Double(box.height)
        let border = 2 * Double(margin) * max(width, height)
        width += border
        height += border
        if let aspect {
            let wanted = format.orientation.transposes ? 1 / aspect : aspect
            (width, height) = (max(width, height * wanted), max(height, width / wanted))
        }
        let columns = Double(format.width) * pixel
        let rows = Double(format.height)
        let share = min(1, columns / width, rows / height)
        (width, height) = (width * share, height * share)
        let centreX = (Double(box.x) + Double(box.width) / 2) * pixel
        let centreY = Double(box.y) + Double(box.height) / 2
        let left = max(0, min(centreX - width / 2, columns - width))
        let top = max(0, min(centreY - height / 2, rows - height))
        x = left / pixel..<(left + width) / pixel
        y = top..<top + height
    }
}

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
