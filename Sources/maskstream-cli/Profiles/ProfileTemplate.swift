import MaskStream
import MaskStreamOnnx

/// The text of a new profile's files.
struct ProfileTemplate {
    /// What a model's pixels are normalised by; no file declares it.
    enum Normalization: String, CaseIterable {
        /// The means and deviations of ImageNet, as most networks from PyTorch have it.
        case imagenet
        /// 0 to 1, as many networks from TensorFlow have it.
        case unit
        /// -1 to 1.
        case signed
        /// 0 to 255, as networks with their own preprocessing have it.
        case bytes
        /// What `Profiles/training` trains with.
        case own = "maskstream"

        /// What it is called in the manifest.
        fileprivate var title: String {
            switch self {
            case .imagenet: "ImageNet's"
            case .unit: "0 to 1"
            case .signed: "-1 to 1"
            case .bytes: "0 to 255"
            case .own: "as Profiles/training does it"
            }
        }

        /// Mean and deviation of red, green and blue.
        var numbers: EstimatorGuess.Normalization {
            switch self {
            case .imagenet: .imagenet
            case .unit: .unit
            case .signed: .signed
            case .bytes: .bytes
            case .own:
                EstimatorGuess.Normalization(
                    mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25])
            }
        }

        /// What is tried on a network, the likeliest first.
        static func tried(_ layout: PixelSpec.Layout) -> [Self] {
            EstimatorGuess.Normalization.usual(layout).compactMap { numbers in
                allCases.first { $0.numbers == numbers }
            }
        }
    }

    let name: String
    /// What an estimator seems to be.
    enum Guess {
        /// A network whose output is a map.
        case map(EstimatorGuess)
        /// An object detector.
        case detector(DetectorGuess)
    }

    /// The estimator's hash and what it seems to be; nil where there is none yet.
    let estimator: (sha256: String, guess: Guess)?
    /// What the user says it is normalised by.
    let normalization: Normalization?

    /// `profile.yaml`.
    var manifest: String {
        """
        # \(name): all that maskstream needs to know about one task. An unknown key is an error.
        # After each change:
        #     maskstream profiles check ./\(name) IMAGE --confidence map.png --overwrite
        schema: 1
        name: \(name)
        description: What it keeps, in one sentence
        license: unknown

        # An image goes in; for each pixel, how much it matters comes out, from 0 to 1.
        estimator:
        \(estimatorLines.map { "  \($0)" }.joined(separator: "\n"))

        # Above which confidence something is a subject: it gets a box in the events, and --invert
        # hides it.
        levels:
          region: \(level)

        # Pixels above the threshold are shown. Without a primary model it stays where it is.
        threshold:
          control: fixed
          initial: \(max(level, 0.3)) # --threshold tries another

        # To let a classifier move the threshold, put its files here, remove the section above, and
        # remove one # from each line below.
        #primary:
        #  file: primary.onnx # takes [1, 3, height, width], gives [1, classes] logits
        #  #kind: vit # a vision transformer that also takes `keep`, the patches to see
        #  #patch: 16 # the side of its patches
        #  input:
        #    width: 224
        #    height: 224
        #    layout: nchw # or nhwc
        #    colour: rgb # or bgr, gray
        #    mean: [0.485, 0.456, 0.406]
        #    std: [0.229, 0.224, 0.225]
        #  labels: labels.txt # a class name on each line, in the model's order
        #  margin: 0.1 # around a subject, fraction of its longer side
        #  fill: mean # masked pixels: mean of the kept ones, or zero for black
        #  max_subjects: 4
        #threshold:
        #  control: probe # or confidence, which costs no further runs, or fixed
        #  initial: 0.5
        #  min: 0.2 # it never leaves these bounds
        #  max: 0.8
        #  step: 0.05 # how far a decision moves it
        #  tolerance: 0.1 # how much of the unmasked answer's probability a mask may cost
        #  slew: 0.5 # per second, at most

        mask:
          fill: zero # \(MaskFill.spelling); '#RRGGBB' in quotes
          smoothing: 0.5 # weight of the past, 0 to below 1
          hysteresis: 0.04
          hold: 0.2 # seconds
          dilate: 0.01 # fraction of the frame's height
          #grid: 28 # whole patches of so many pixels, for a model that sees images in patches

        subjects:
          min_area: 0.002 # fraction of the frame

        """
    }

    /// `labels.txt`, the names of a detector's classes; nil where its file does not hold them.
    var labels: String? {
        guard case .detector(let guess)? = estimator?.guess, !guess.labels.isEmpty else {
            return nil
        }
        return guess.labels.map { $0 + "\n" }.joined()
    }

    /// The confidence from which on something is a subject.
    private var level: Double {
        switch estimator?.guess {
        case nil: 0.2
        case .detector: 0.3
        case .map: 0.5
        }
    }

    private var estimatorLines: [String] {
        switch estimator {
        case nil: ownLines
        case (let sha256, .map(let guess))?: mapLines(sha256, guess)
        case (let sha256, .detector(let guess))?: DetectorLines(guess, normalization).lines(sha256)
        }
    }

    private func mapLines(_ sha256: String, _ guess: EstimatorGuess) -> [String] {
        let map = guess.best
        let others = guess.maps.filter { $0 != map }.map(\.name).prefix(8)
        let choice = others.isEmpty ? "" : " # or \(others.joined(separator: ", "))"
        let shape = guess.layout == .nchw ? "[1, C, height, width]" : "[1, height, width, C]"
        return ["file: estimator.onnx", "sha256: \(sha256)", "input:"]
            + inputLines(guess.size).map { "  \($0)" }
            + [
                "layout: \(guess.layout.rawValue) # \(shape)",
                guess.color == .gray
                    ? "colour: gray" : "colour: rgb # a guess: networks from OpenCV often take bgr",
            ]
            + normalizationLines(channels: guess.color == .gray ? 1 : 3, guess)
            + [
                "output: \(Self.quoted(map.name))\(choice)",
                "output_layout: \(map.layout.rawValue) # \(map.shape) in test runs",
            ] + activationLines(map) + [channelsLine(map)]
    }

    /// For the networks that `Profiles/training` makes.
    private var ownLines: [String] {
        [
            "file: estimator.onnx # put it here; `profiles new --estimator FILE` fills in what follows",
            "#sha256: # `profiles check` prints it; then nobody can swap the file unnoticed",
            "input:",
        ] + inputLines(nil).map { "  \($0)" } + [
            "layout: nchw # [1, 3, height, width]; nhwc is [1, height, width, 3]",
            "colour: rgb # or bgr, gray",
        ] + normalizationLines(channels: 3) + [
            "#output: confidence # the first, unless named",
            "#output_layout: nchw # like layout, unless said otherwise",
            "activation: none # in 0 to 1 already; sigmoid or softmax for logits",
            "channels: [0] # their sum is the confidence; counted from 0",
        ]
    }

    private func inputLines(_ size: [Int]?) -> [String] {
        if let size {
            return [
                "fit: stretch # to the model's \(size[0])x\(size[1]), a guess; letterbox keeps the "
                    + "shape and adds black bars"
            ]
        }
        return [
            "fit: area # the frame's aspect ratio; letterbox or stretch: a square",
            "area: \(estimator == nil ? 61440 : 102400) # pixels at most; more sees smaller things "
                + "and is slower",
            "multiple: 32 # what both sides must be a multiple of",
        ]
    }

    private func normalizationLines(channels: Int, _ guess: EstimatorGuess? = nil) -> [String] {
        let tried = guess.map { Normalization.tried($0.layout)[$0.normalization] }
        let chosen = normalization ?? tried ?? .own
        let numbers = chosen.numbers
        let (mean, std) =
            channels == 3
            ? (numbers.mean, numbers.std)
            : ([numbers.mean[1]], [numbers.std[1]])
        let isGuess = normalization == nil && estimator != nil
        let alternatives = Normalization.allCases.filter { $0 != chosen && $0 != .own }
            .map { "\($0.title): mean \($0.numbers.mean), std \($0.numbers.std)" }
        return [
            "# A pixel from 0 to 1, minus mean, divided by std\(isGuess ? "; a guess, no file says" : ""):",
            "mean: \(mean) # \(chosen.title)", "std: \(std)",
        ] + (isGuess ? alternatives.map { "# \($0)" } : [])
    }

    private func activationLines(_ map: EstimatorGuess.Map) -> [String] {
        let went = "test runs went from \(map.range.lowerBound) to \(map.range.upperBound)"
        switch map.activation {
        case .none where map.scale == 1: return ["activation: none # \(went)"]
        case .none:
            return [
                "activation: none",
                "output_scale: \(Int(map.scale)) # what the map is divided by: \(went)",
            ]
        default: return ["activation: \(map.activation.rawValue) # \(went): taken for logits"]
        }
    }

    private func channelsLine(_ map: EstimatorGuess.Map) -> String {
        switch map.channelCount {
        case 1: "channels: [0]"
        case 2 where map.isDistribution: "channels: [1] # a guess: the second is the foreground"
        case _ where !map.isDistribution:
            "channels: [0] # a guess of \(map.channelCount), each scored by itself: choose yours"
        default:
            "channels: \(map.channels) # a guess: all but the first; keep those of your classes"
        }
    }

    /// Text between double quotes, as YAML and JSON agree on it.
    static func quoted(_ text: String) -> String {
        let characters = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(characters.joined())\""
    }

    /// `README.md`, the model card.
    var card: String {
        """
        # \(name): model card

        What it keeps, for which task, in two sentences.

        ## Data and terms

        What the models were trained on, where they come from, and what their licence allows.

        ## What the numbers mean

        What a confidence of 0.2, 0.5 and 0.8 means, and what `maskstream profiles check` says about
        what these thresholds keep.

        ## Measured quality

        On which images that were not trained on; how it was measured.

        ## Limits, who is badly served, and what it is not for

        """
    }
}
