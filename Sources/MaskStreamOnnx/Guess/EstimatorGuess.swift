public import MaskStream

/// How a model seems to want to be used as a confidence estimator.
///
/// The file declares the input's order, channels and size. The rest is learned from runs on a drawn
/// image and on noise: which outputs are maps, how they lie, which range their values have, and
/// with which normalisation of the pixels that range makes sense.
public struct EstimatorGuess: Sendable, Equatable {
    /// What pixels in 0 to 1 are normalised by: less `mean`, divided by `std`.
    public struct Normalization: Sendable, Equatable {
        /// Subtracted from red, green and blue, or from grey.
        public let mean: [Float]
        /// By which each is then divided.
        public let std: [Float]

        /// Makes a normalisation of three channels, or of one.
        public init(mean: [Float], std: [Float]) { (self.mean, self.std) = (mean, std) }
    }

    /// An output that can be read as a map.
    public struct Map: Sendable, Equatable {
        /// The output's name.
        public let name: String
        /// Its shape in the runs.
        public let shape: [Int]
        /// The order of its dimensions.
        public let layout: PixelSpec.Layout
        /// How many channels it has.
        public let channelCount: Int
        /// Its least and its largest value in the runs.
        public let range: ClosedRange<Float>
        /// What makes its values shares of 1.
        public let activation: EstimatorSpec.Activation
        /// By which its values are divided where there is no activation.
        public let scale: Float
        /// Whether the channels are shares of one whole; else each is a score of its own.
        public let isDistribution: Bool

        /// The channels whose sum most likely is the confidence: all but the first, which is the
        /// background's by custom; the first where there is no other, or each is scored by itself.
        public var channels: [Int] {
            channelCount == 1 || !isDistribution ? [0] : Array(1..<channelCount)
        }
    }

    /// The order of the input's dimensions.
    public let layout: PixelSpec.Layout
    /// The input's channels; blue, green, red looks the same as red, green, blue.
    public let color: PixelSpec.Color
    /// The input's own width and height; nil where it leaves them open.
    public let size: [Int]?
    /// The outputs that can be maps, in the model's order; never empty.
    public let maps: [Map]
    /// The output that most likely is meant: the first of those with the fewest channels.
    public let best: Map
    /// Which of the normalisations that were tried was used: the first with which the best map
    /// has a range that makes sense without an activation, else the first.
    public let normalization: Int

    /// Looks at a model and runs it.
    ///
    /// - Parameters:
    ///   - session: The model.
    ///   - output: The only output that is looked at; nil looks at all.
    ///   - normalizations: What is tried, the likeliest first; never empty.
    /// - Throws: `MaskStreamError` with code `configuration` for a model that takes no image,
    ///   gives no map, or does not run.
    public init(
        _ session: OnnxSession, output: String? = nil,
        normalizations: (PixelSpec.Layout) -> [Normalization] = Normalization.usual
    ) throws {
        let check = TensorCheck(path: session.path)
        let input = try check.image(session.inputs)
        guard let layout = PixelSpec.Layout(input.shape) else {
            let isOpen = input.shape.count == 4 && !input.shape.dropFirst().contains { $0 > 0 }
            throw MaskStreamError(
                .configuration,
                "the model's input is no image of fixed channels: \(input) (\(session.path))",
                hint: isOpen
                    ? openChannels(input)
                    : "an estimator takes [1, C, height, width] or [1, height, width, C], where C "
                        + "is 3 or 1")
        }
        let isGray = input.shape[layout.channelAxis] == 1
        (self.layout, color) = (layout, isGray ? .gray : .rgb)
        let height = input.shape[layout.rowAxis]
        let width = input.shape[layout.rowAxis + 1]
        size = width > 0 && height > 0 ? [width, height] : nil
        let trial = try EstimatorTrial(
            session, layout, isGray: isGray, sizes: size.map { [$0] } ?? EstimatorTrial.openSizes,
            output: output)
        (maps, normalization) = try trial.maps(normalizations(layout))
        guard let best = maps.min(by: { $0.channelCount < $1.channelCount }) else {
            throw trial.noMap
        }
        self.best = best
    }
}

extension EstimatorGuess.Normalization {
    /// The means and deviations of ImageNet, as most networks from PyTorch have it.
    public static let imagenet = Self(mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
    /// 0 to 1, as many networks from TensorFlow have it.
    public static let unit = Self(mean: [0, 0, 0], std: [1, 1, 1])
    /// -1 to 1.
    public static let signed = Self(mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])
    /// 0 to 255, as networks with their own preprocessing have it.
    public static let bytes = Self(mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255])

    /// What is usual for models whose input has an order: those with channels last mostly come
    /// from TensorFlow, the others from PyTorch.
    public static func usual(_ layout: PixelSpec.Layout) -> [Self] {
        layout == .nhwc ? [.unit, .imagenet, .signed] : [.imagenet, .unit, .signed]
    }
}

extension EstimatorGuess {
    /// What a profile says otherwise, as lines of its section `estimator`; empty where it agrees.
    ///
    /// A choice that is possible counts as agreeing: another output, other channels, bgr.
    public func corrections(to spec: EstimatorSpec) -> [String] {
        var lines: [String] = []
        if spec.pixels.layout != layout { lines.append("layout: \(layout.rawValue)") }
        if (spec.pixels.color == .gray) != (color == .gray) {
            lines.append("colour: \(color.rawValue)")
        }
        let named = maps.first { $0.name == spec.output }
        if spec.output != nil, named == nil {
            lines.append("output: \"\(best.name)\"")
        }
        let map = (spec.output == nil ? maps.first : named) ?? best
        if spec.outputLayout != map.layout { lines.append("output_layout: \(map.layout.rawValue)") }
        if spec.activation != map.activation {
            lines.append("activation: \(map.activation.rawValue)")
        }
        if spec.outputScale != map.scale { lines.append("output_scale: \(Int(map.scale))") }
        if !spec.channels.allSatisfy({ $0 < map.channelCount }) {
            lines.append("channels: \(map.channels)")
        }
        return lines
    }
}
