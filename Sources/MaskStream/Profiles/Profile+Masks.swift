extension Profile {
    /// Stands for masks that were made elsewhere: no model runs, a map is 1 where a mask is white.
    ///
    /// What would be the estimator's file is the file or the folder of the masks.
    ///
    /// - Throws: ``MaskStreamError`` with code `usage` for what is neither, `noInput` where it cannot
    ///   be read.
    package init(masks path: String) throws {
        if let identity = FileIdentity(path), !identity.isRegular, !identity.isFolder {
            throw MaskStreamError(
                .usage, "masks are a file or a folder (\(path))", hint: "write them to a file first"
            )
        }
        let level: Float = 0.5
        self.init(
            name: "masks", description: "Masks that were made elsewhere.", license: "",
            folder: path, sha256: try FileDigest(at: path).sha256,
            estimator: EstimatorSpec(
                file: ModelReference(path: path), fit: .area, area: EstimatorSpec.largestArea,
                multiple: 1,
                pixels: PixelSpec(layout: .nchw, color: .gray, mean: [0], std: [1]),
                outputLayout: .nchw, activation: .none, channels: [0]),
            regionLevel: level,
            threshold: ThresholdSpec(
                control: .fixed, reference: .box,
                confidence: ConfidenceController.Parameters(
                    initial: level, min: level, max: level, low: 0, high: 1, slew: 0),
                probe: ProbeController.Parameters(
                    initial: level, min: level, max: level, step: 0, tolerance: 0, confident: 1,
                    drop: 1, slew: 0, probeInterval: 1, burstInterval: 1, memory: 0)),
            mask: MaskSpec(fill: .zero, smoothing: 0, hysteresis: 0, hold: 0, dilate: 0),
            minSubjectArea: 0, depth: 6, lookahead: 0)
    }
}
