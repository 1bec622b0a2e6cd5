import MaskStream

/// The session of a detector that is a primary model: an upright image in, boxes out.
struct DetectorNetwork {
    let spec: PrimarySpec
    /// The overlap from which one of two boxes is left out.
    let maxOverlap: Float
    private let outputs: OnnxOutputs
    private let reader: DetectionReader
    private let tensor: PixelTensor

    /// Binds a session.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not what
    ///   the profile says.
    init(_ spec: PrimarySpec, _ detector: DetectorSpec, _ session: OnnxSession) throws {
        self.spec = spec
        maxOverlap = detector.maxOverlap
        outputs = try OnnxOutputs(
            session, inputShape: spec.inputShape(batch: 1), names: detector.outputs(first: nil))
        reader = DetectionReader(spec, detector)
        tensor = PixelTensor(spec: spec.pixels, width: spec.width, height: spec.height)
        _ = try reader.read(outputs.probe())
    }

    /// What the model finds in an image, best first, in pixels of its input.
    ///
    /// The image fills the rectangle `content` of the input; the rest is black.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails or its answer is not
    ///   finite.
    func boxes(in samples: [Float], content: Box) throws -> [ScoredBox] {
        outputs.withInput { input in
            if content.width < spec.width || content.height < spec.height { tensor.clear(input) }
            tensor.write(samples, content: content, to: input)
        }
        guard let boxes = try reader.read(outputs.run()) else {
            throw MaskStreamError(
                .software, "the primary model's answer is not finite (\(spec.file.path))")
        }
        return boxes
    }

    /// The best score of each class, and all boxes; nil without any.
    func prediction(of boxes: [ScoredBox]) -> Prediction? {
        guard !boxes.isEmpty else { return nil }
        var scores = [Float](repeating: 0, count: spec.labels.count)
        for box in boxes { scores[box.label] = max(scores[box.label], box.score) }
        var prediction = Prediction(labels: spec.labels, scores: scores)
        prediction?.objects = boxes.map { box in
            DetectedObject(box: box.pixels, label: box.label, score: box.score)
        }
        return prediction
    }
}
