import MaskStream
import MaskStreamOnnx

/// What a new profile says about an object detector.
struct DetectorLines {
    private let guess: DetectorGuess
    private let normalization: ProfileTemplate.Normalization?

    init(_ guess: DetectorGuess, _ normalization: ProfileTemplate.Normalization?) {
        self.guess = guess
        self.normalization = normalization
    }

    /// The lines of the section `estimator`.
    func lines(_ sha256: String) -> [String] {
        let numbers = normalization?.numbers ?? guess.normalization
        let isGray = guess.color == .gray
        let note = normalization == nil ? " # usual for the kind; no file declares it" : ""
        var lines = [
            "file: estimator.onnx", "sha256: \(sha256)", "kind: detector # \(guess.kind)", "input:",
        ]
        if let size = guess.size {
            lines.append("  fit: letterbox # into the model's \(size[0])x\(size[1])")
        } else {
            lines += [
                "  fit: area", "  area: 409600 # pixels at most; more finds smaller things, slower",
                "  multiple: 32",
            ]
        }
        lines += [
            "layout: \(guess.layout.rawValue)", "colour: \(guess.color.rawValue)",
            "mean: \(isGray ? [numbers.mean[1]] : numbers.mean)\(note)",
            "std: \(isGray ? [numbers.std[1]] : numbers.std)",
        ]
        if let output = guess.output {
            lines.append("output: \(ProfileTemplate.quoted(output))")
        }
        lines += [
            "activation: \(guess.activation.rawValue) # of scores: sigmoid or softmax for logits"
        ]
        lines += classLines + ["detector:"]
        return lines + formLines.map { "  \($0)" }
    }

    private var classLines: [String] {
        guard !guess.labels.isEmpty else {
            let of = guess.classCount > 1 ? ", of \(guess.classCount), from 0: a guess" : ", from 0"
            return ["channels: \(guess.channels) # the classes that count\(of)"]
        }
        let names = guess.channels.map { ProfileTemplate.quoted(guess.labels[$0]) }
        return [
            "labels: labels.txt # the classes' names, from the model's file",
            "channels: [\(names.joined(separator: ", "))] # a guess: choose yours from labels.txt",
        ]
    }

    private var formLines: [String] {
        var lines: [String]
        switch guess.detector.form {
        case .table(let table):
            let columns = table.columns.map(\.rawValue).joined(separator: ", ")
            lines = ["columns: [\(columns)]"]
            if table.isTransposed { lines.append("transposed: true") }
            if table.isNormalized { lines.append("normalized: true") }
            if let scores = table.scores {
                lines.append("scores: \(ProfileTemplate.quoted(scores))")
            }
            if let classes = table.classes {
                lines.append("classes: \(ProfileTemplate.quoted(classes))")
            }
        case .grids(let grids):
            func list(_ key: String, _ names: [String]) -> [String] {
                let quoted = names.map(ProfileTemplate.quoted).joined(separator: ", ")
                return names.isEmpty ? [] : ["\(key): [\(quoted)]"]
            }
            lines =
                ["strides: \(grids.strides)"] + list("scores", grids.scores)
                + list("objectness", grids.objectness) + list("boxes", grids.boxes)
                + list("offsets", grids.offsets)
                + [
                    "decoding: \(grids.decoding.rawValue)",
                    "order: \(grids.isRowFirst ? "yx" : "xy")", "anchor: \(grids.anchor)",
                ]
        }
        return lines + [
            "max_overlap: \(guess.detector.maxOverlap) # IoU from which on the worse box is dropped",
            "shape: \(guess.detector.shape.rawValue) # or box",
            "grow: 0.1 # on each side, fraction of the box",
        ]
    }
}
