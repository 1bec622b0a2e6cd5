public import MaskStream

/// How a model seems to want to be used as a confidence estimator.
///
/// The file tells the input's order, channels and size. The rest is learnt from a run on noise:
/// which outputs are maps, how they lie, and whether their values are shares already. What the
/// pixels are normalised by cannot be seen at all.
public struct EstimatorGuess: Sendable, Equatable {
    /// An output that can be read as a map.
    public struct Map: Sendable, Equatable {
        /// The output's name.
        public let name: String
        /// Its shape in the run on noise.
        public let shape: [Int]
        /// The order of its dimensions.
        public let layout: PixelSpec.Layout
        /// How many channels it has.
        public let channelCount: Int
        /// What makes its values shares of 1.
        public let activation: EstimatorSpec.Activation

        /// The channels whose sum most likely is the confidence: all but the first, which is the
        /// background's by custom; the only one where there is no other.
        public var channels: [Int] { channelCount == 1 ? [0] : Array(1..<channelCount) }
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

    /// Looks at a model and runs it on noise.
    ///
    /// - Parameters:
    ///   - session: The model.
    ///   - output: The only output that is looked at; nil looks at all.
    /// - Throws: `MaskStreamError` with code `configuration` for a model that takes no picture,
    ///   gives no map, or does not run.
    public init(_ session: OnnxSession, output: String? = nil) throws {
        let check = TensorCheck(path: session.path)
        guard session.inputs.count == 1 else {
            throw check.mismatch("one input", session.inputs)
        }
        let input = try check.find(nil, in: session.inputs, "input")
        guard let layout = Self.layout(input.shape) else {
            throw MaskStreamError(
                .configuration,
                "the model's input is no picture of fixed channels: \(input) (\(session.path))",
                hint: "an estimator takes [1, C, height, width] or [1, height, width, C], where C "
                    + "is 3 or 1")
        }
        let isGray = input.shape[layout.channelAxis] == 1
        (self.layout, color) = (layout, isGray ? .gray : .rgb)
        let height = input.shape[layout.rowAxis]
        let width = input.shape[layout.rowAxis + 1]
        size = width > 0 && height > 0 ? [width, height] : nil
        maps = try Self.maps(
            session, layout, channels: isGray ? 1 : 3, sizes: size.map { [$0] } ?? Self.openSizes,
            output: output)
        guard let best = maps.min(by: { $0.channelCount < $1.channelCount }) else {
            throw MaskStreamError(
                .configuration,
                "no output is a map of float32: "
                    + session.outputs.map(\.description).joined(separator: ", ")
                    + " (\(session.path))",
                hint: "export the scores for each pixel, before classes are chosen (argmax)")
        }
        self.best = best
    }

    /// Sizes that are tried on a model that takes any; the first tells rows from columns.
    private static let openSizes = [[320, 192], [256, 256], [512, 512]]

    /// The order in which a picture lies in a shape; nil where there are not 1 or 3 channels.
    private static func layout(_ shape: [Int]) -> PixelSpec.Layout? {
        guard shape.count == 4 else { return nil }
        // Three first: a model may have a side of 1, not of 3.
        let fits = [3, 1].flatMap { count in
            PixelSpec.Layout.allCases.filter { shape[$0.channelAxis] == count }
        }
        return fits.first
    }

    /// Runs the model at the first size that it takes.
    private static func maps(
        _ session: OnnxSession, _ layout: PixelSpec.Layout, channels: Int, sizes: [[Int]],
        output: String?
    ) throws -> [Map] {
        let outputs = session.outputs.filter {
            $0.elementType == .float32 && (output == nil || output == $0.name)
        }
        var failure: (any Error)?
        for size in sizes {
            let shape =
                layout == .nchw
                ? [1, channels, size[1], size[0]] : [1, size[1], size[0], channels]
            do {
                return try outputs.compactMap {
                    let binding = try OnnxBinding(
                        session, inputShape: shape, outputName: $0.name)
                    return try map(binding, layout, width: size[0], height: size[1])
                }
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? TensorCheck(path: session.path).mismatch("an input", session.inputs)
    }

    /// The bound output as a map; nil where it is none.
    private static func map(
        _ binding: OnnxBinding, _ input: PixelSpec.Layout, width: Int, height: Int
    ) throws -> Map? {
        let layouts = [input] + PixelSpec.Layout.allCases.filter { $0 != input }
        let readings = layouts.compactMap { layout in
            MapShape(binding.output.shape, layout: layout).map { (layout, $0) }
        }.filter { $0.1.lies(over: width, by: height) && $0.1.width > 1 && $0.1.height > 1 }
        guard let (layout, shape) = readings.min(by: { $0.1.channels < $1.1.channels }) else {
            return nil
        }
        binding.withInput { input in
            // A linear congruential generator (Numerical Recipes, 2nd ed., 7.1).
            var state: UInt32 = 1
            for index in input.indices {
                state = state &* 1_664_525 &+ 1_013_904_223
                input[index] = Float(state >> 8) / Float(1 << 24)
            }
        }
        try binding.run()
        let areShares = binding.withOutput { $0.allSatisfy { (-0.001...1.001).contains($0) } }
        return Map(
            name: binding.output.name, shape: binding.output.shape, layout: layout,
            channelCount: shape.channels,
            activation: areShares ? .none : shape.channels == 1 ? .sigmoid : .softmax)
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
        if !spec.channels.allSatisfy({ $0 < map.channelCount }) {
            lines.append("channels: \(map.channels)")
        }
        return lines
    }
}
