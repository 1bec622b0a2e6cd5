import MaskStream
import MaskStreamOnnx

/// Runs a profile's estimator and compares it with what its file seems to want.
struct EstimatorCheck {
    let profile: Profile
    let session: OnnxSession

    private var spec: EstimatorSpec { profile.estimator }

    /// The map that a run makes of an image, and what it and those of every other use of the profile
    /// cost and hold.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` for a map that no run could use.
    func run(on image: CheckImage) throws -> (ofImage: ConfidenceMap, findings: [Finding]) {
        let uses = [\NumberByUse.video, \.invert, \.images]
        let looks =
            [EstimatorLook()]
            + uses.map {
                EstimatorLook(detail: spec.detail[keyPath: $0], turns: spec.turns[keyPath: $0])
            }
        let different = looks.enumerated()
            .filter { !looks[..<$0.offset].contains($0.element) }.map(\.element)
        let runs = try different.map { (look: $0, run: try run(on: image, $0)) }
        let own = runs.first { $0.look == looks.last } ?? runs[0]
        return (own.run.map, runs.map(\.run.finding))
    }

    private func run(
        on image: CheckImage, _ look: EstimatorLook
    ) throws -> (map: ConfidenceMap, finding: Finding) {
        var estimator: any ConfidenceEstimator
        do {
            estimator = try profile.estimator(
                format: image.format, session: session, look: look)
        } catch let error as MaskStreamError {
            throw corrected(error)
        }
        var map = ConfidenceMap(width: 0, height: 0)
        // The same image again would not be run again.
        let other = image.altered
        var isOther = false
        let time = try medianTime {
            isOther.toggle()
            let frame = isOther ? other.frame : image.frame
            try asConfiguration { try estimator.estimate(frame, into: &map) }
        }
        try asConfiguration { try estimator.estimate(image.frame, into: &map) }
        let (low, high) = try range(of: map)
        map = map.quantized  // as in a run
        let input = (estimator as? OnnxEstimator).map { " from \($0.inputSize)" } ?? ""
        let text =
            (look.words.isEmpty ? "" : "\(look.words.joined(separator: ", ")): ")
            + "\(map.width)x\(map.height)\(input), \(decimals(low, 2)) to "
            + "\(decimals(high, 2)); \(decimals(time, 1)) ms on one core"
        guard high - low < 0.02 else { return (map, .good("map", text)) }
        return (map, .odd("map", "\(text); it is the same everywhere"))
    }

    private func range(of map: ConfidenceMap) throws -> (low: Double, high: Double) {
        guard map.isFinite else {
            throw MaskStreamError(
                .configuration,
                "the estimator gives values that are not numbers (\(session.path))",
                hint: "check mean and std in profile.yaml, or export the model again")
        }
        let (low, high) = (map.values.min() ?? 0, map.values.max() ?? 0)
        // Interpolation inside a model may overshoot a little.
        guard low > -0.01, high < 1.01 else {
            throw corrected(
                MaskStreamError(
                    .configuration,
                    "the confidence map leaves 0 to 1: it goes from \(low) to \(high) "
                        + "(\(session.path))",
                    hint: "set estimator.activation to sigmoid or softmax for a model that gives "
                        + "logits, estimator.output_scale for one that goes to 255, and choose "
                        + "estimator.channels whose sum is at most 1"))
        }
        return (Double(low), Double(high))
    }

    /// Where the manifest says otherwise than the file seems to; the model runs all the same.
    var doubts: [Finding] {
        let corrections = corrections
        guard !corrections.isEmpty else { return [] }
        return [.odd("estimator", "the file looks like \(corrections)")]
    }

    private var corrections: String {
        // What a detector's outputs are does not show in their values.
        guard spec.detector == nil else { return "" }
        let output = spec.output ?? session.outputs.first?.name
        let isThere = session.outputs.contains { $0.name == output }
        do {
            let own = EstimatorGuess.Normalization(mean: spec.pixels.mean, std: spec.pixels.std)
            let guess = try EstimatorGuess(session, output: isThere ? output : nil) { _ in [own] }
            return guess.corrections(to: spec).joined(separator: "; ")
        } catch {
            // Only a hint is lost: what is wrong with the model is reported where it matters.
            return ""
        }
    }

    private func corrected(_ error: MaskStreamError) -> MaskStreamError {
        let corrections = corrections
        guard error.code == .configuration, !corrections.isEmpty else { return error }
        return MaskStreamError(
            error.code, error.message,
            hint: "the file looks like this, under estimator in profile.yaml: \(corrections)",
            underlying: error)
    }
}
