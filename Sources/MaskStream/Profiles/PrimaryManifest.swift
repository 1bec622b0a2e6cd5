extension PrimarySpec {
    /// Reads the section `primary`; nil where there is none.
    init?(_ top: ManifestReader, _ paths: ProfilePaths) throws {
        guard
            let reader = try top.section(
                "primary",
                keys: [
                    "file", "sha256", "int8", "input", "labels", "groups", "margin", "fill",
                    "temperature", "interval", "skip", "max_subjects", "kind", "patch", "touch",
                    "detector", "activation",
                ])
        else { return nil }
        file = try paths.model(reader, key: "primary")
        let input = try reader.requiredSection(
            "input", keys: ["width", "height", "layout", "colour", "mean", "std", "normalize"])
        width = try input.int("width", in: 8...2048)
        height = try input.int("height", in: 8...2048)
        pixels = try PixelSpec(reader, input: input)
        normalize = try input.choice("normalize", default: .fixed)
        let names = try reader.string("labels")
        if names.hasSuffix(".npz") {
            let found = try paths.vectors(names, key: "primary.labels")
            (labels, vectors) = (found.names, found)
            temperature = try reader.float("temperature", in: 0.001...100, default: 0.01)
            isCalibrated = reader.has("temperature")
        } else {
            labels = try paths.labels(names, key: "primary.labels")
            temperature = try reader.float("temperature", in: 0.01...100, default: 1)
        }
        if reader.has("groups") {
            groups = try paths.groups(try reader.string("groups"), labels: labels)
        }
        margin = try reader.float("margin", in: 0...4, default: 0)
        fill = try reader.choice("fill", default: .mean)
        interval = try reader.float("interval", in: 0...3600, default: 0)
        skip = try reader.float("skip", in: 0...1, default: 0)
        maxSubjects = try reader.int("max_subjects", in: 1...64, default: 1)
        switch try reader.choice("kind", default: Kind.classifier) {
        case .classifier:
            try reader.refuse(["patch", "touch"], because: "it goes with kind: vit")
            try reader.refuse(Self.detectorKeys, because: "it goes with kind: detector")
        case .vit:
            try reader.refuse(Self.detectorKeys, because: "it goes with kind: detector")
            vit = VitSpec(
                patch: try reader.divisor("patch", of: [width, height]),
                touch: try reader.float("touch", in: 0...0.99, default: 0))
        case .detector:
            try reader.refuse(["patch", "touch"], because: "it goes with kind: vit")
            try reader.refuse(
                ["fill", "temperature"], because: "a detector sees what is masked in black")
            try input.refuse(["normalize"], because: "a detector sees all subjects at once")
            activation = try reader.choice("activation", default: EstimatorSpec.Activation.none)
            let outputs = try reader.requiredSection("detector", keys: DetectorSpec.keys)
            try outputs.refuse(["shape", "grow"], because: "it is for an estimator's map")
            detector = try DetectorSpec(outputs)
        }
    }

    private static let detectorKeys = ["detector", "activation"]

    /// What the model takes and gives.
    private enum Kind: String, CaseIterable {
        /// Crops in, a score for each class or an embedding out.
        case classifier
        /// The same, of a vision transformer that is also given the patches to see.
        case vit
        /// A canvas with all subjects in, boxes out.
        case detector
    }
}
