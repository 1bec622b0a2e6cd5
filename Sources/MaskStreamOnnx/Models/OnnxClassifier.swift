public import MaskStream

/// A primary model, described by a profile.
///
/// It sees each subject's box with its margin, squared to the model's aspect, upright, as a
/// classifier or as a vision transformer that is given the kept patches.
public struct OnnxClassifier: PrimaryModel {
    /// The most regions that are run at once.
    public static let largestBatch = 4

    private let spec: PrimarySpec
    private let stretches: Bool
    private var network: any PrimaryNetwork

    /// Binds a session.
    ///
    /// - Parameters:
    ///   - spec: what the profile says of the model.
    ///   - session: the model.
    ///   - stretches: whether a box is not squared but stretched to the model's aspect, so that a
    ///     whole image is seen whole.
    ///   - seesAll: whether a vision transformer is given all patches, also those that are masked.
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not
    ///   what the profile says.
    public init(
        spec: PrimarySpec, session: OnnxSession, stretches: Bool = false, seesAll: Bool = false
    ) throws {
        self.spec = spec
        self.stretches = stretches
        if let vit = spec.vit {
            network = try PatchNetwork(spec, vit, session, seesAll: seesAll)
        } else {
            network = try BatchNetwork(spec, session)
        }
    }

    /// Classifies subjects by what each region's mask keeps of them; nil where no patch is left.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails or an answer is
    ///   not finite.
    public mutating func run(
        on source: Frame, in regions: [Region]
    ) throws -> [Prediction?] {
        var predictions: [Prediction?] = []
        while predictions.count < regions.count {
            let batch = regions[predictions.count...].prefix(network.batch)
            let crops = batch.map { crop(of: source, in: $0) }
            predictions += try network.answers(to: crops).map { try $0.map(prediction) }
        }
        return predictions
    }

    /// The model's view of a region.
    private func crop(of source: Frame, in region: Region) -> PrimaryCrop {
        let crop = CropGeometry(
            box: region.box, format: source.format, margin: spec.margin,
            aspect: stretches ? nil : Double(spec.width) / Double(spec.height))
        let sampler = FrameSampler(
            format: source.format, x: crop.x, y: crop.y, width: spec.width, height: spec.height,
            isGray: spec.pixels.color == .gray)
        let (values, coverage) = sampler.sample(source, mask: region.mask)
        let image = MaskedImage(values: values, coverage: coverage)
        let pixels =
            switch spec.normalize {
            case .kept: image.normalized()
            case .fixed: image.filled(withMean: spec.fill == .mean)
            }
        return PrimaryCrop(pixels: pixels, coverage: coverage)
    }

    private func prediction(_ answer: PrimaryAnswer) throws -> Prediction {
        let logits = spec.vectors?.cosines(to: answer.values) ?? answer.values
        let scores = softmax(logits, temperature: spec.temperature)
        guard scores.allSatisfy(\.isFinite),
            var prediction = Prediction(labels: spec.labels, scores: scores)
        else {
            throw MaskStreamError(
                .software, "the primary model's answer is not finite (\(spec.file.path))")
        }
        prediction.isCalibrated = spec.isCalibrated
        prediction.tokens = answer.tokens
        return prediction
    }
}
