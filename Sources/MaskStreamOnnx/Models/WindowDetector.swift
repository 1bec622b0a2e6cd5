public import MaskStream

/// A detector that is shown windows of a frame one by one, each scaled to fit its input: the whole
/// frame, or slices of it.
///
/// So detectors see frames without this program. ``OnnxDetector`` sees packed subjects instead.
public struct WindowDetector: PrimaryModel {
    private let network: DetectorNetwork

    /// Binds a session.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model is no detector or its
    ///   tensors are not what the profile says.
    public init(spec: PrimarySpec, session: OnnxSession) throws {
        guard let detector = spec.detector else {
            throw MaskStreamError(.configuration, "no detector (\(session.path))")
        }
        network = try DetectorNetwork(spec, detector, session)
    }

    /// Finds objects in each region's box, in the frame's stored pixels; nil where nothing is found.
    ///
    /// What a region's mask hides is black.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails or its answer is not
    ///   finite.
    public mutating func run(on source: Frame, in regions: [Region]) throws -> [Prediction?] {
        try regions.map { network.prediction(of: try boxes(of: source, in: $0)) }
    }

    private func boxes(of source: Frame, in region: Region) throws -> [ScoredBox] {
        let (spec, format, window) = (network.spec, source.format, region.box)
        let content = content(of: window, format)
        let sampler = FrameSampler(
            format: format, x: Double(window.x)..<Double(window.x + window.width),
            y: Double(window.y)..<Double(window.y + window.height), width: content.width,
            height: content.height, isGray: spec.pixels.color == .gray)
        let (values, coverage) = sampler.sample(source, mask: region.mask)
        let image = MaskedImage(values: values, coverage: coverage).filled(withMean: false)
        let turn = format.orientation.inverse
        let stored = turn.displayed(width: content.width, height: content.height)
        let across = Float(window.width) / Float(stored.width)
        let down = Float(window.height) / Float(stored.height)
        return try network.boxes(in: image, content: content).map { box in
            box.moved(by: Float(-content.x), Float(-content.y))
                .displayed(turn, in: content.width, content.height)
                .scaled(by: across, down).moved(by: Float(window.x), Float(window.y))
                .clipped(to: window)
        }
    }

    /// The rectangle of the input that a window of stored pixels fills, in its middle.
    private func content(of window: Box, _ format: FrameFormat) -> Box {
        let stored = Double(window.width) * format.pixelAspect / Double(window.height)
        return Box(
            letterboxing: format.orientation.transposes ? 1 / stored : stored,
            in: network.spec.width, network.spec.height)
    }
}
