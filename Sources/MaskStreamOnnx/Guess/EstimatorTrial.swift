import MaskStream

/// Runs of a model on images that are not of anything, to see which values its outputs have.
struct EstimatorTrial {
    /// Sizes that are tried on a model that takes any; the first distinguishes rows from columns.
    static let openSizes = [[320, 192], [256, 256], [512, 512]]

    private let session: OnnxSession
    private let layout: PixelSpec.Layout
    private let channels: Int
    private let width: Int
    private let height: Int
    private let outputs: [Output]

    /// An output that can be a map, ready to run.
    private struct Output {
        let binding: OnnxBinding
        let layout: PixelSpec.Layout
        let shape: MapShape
    }

    /// Binds the outputs that can be maps, at the first size that the model takes.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` for a model that does not run.
    init(
        _ session: OnnxSession, _ layout: PixelSpec.Layout, isGray: Bool, sizes: [[Int]],
        output: String?
    ) throws {
        self.session = session
        self.layout = layout
        channels = isGray ? 1 : 3
        let wanted = session.outputs.filter {
            $0.elementType == .float32 && (output == nil || output == $0.name)
        }
        var failure: MaskStreamError?
        for size in sizes {
            let shape = layout.shape(channels, size[0], size[1])
            do {
                outputs = try wanted.compactMap { output in
                    let binding = try OnnxBinding(
                        session, inputShape: shape, outputName: output.name)
                    return Self.reading(binding, layout, width: size[0], height: size[1])
                }
                (width, height) = (size[0], size[1])
                return
            } catch let error as MaskStreamError {
                failure = failure ?? error
            }
        }
        let sides = sizes.map { "\($0[0])x\($0[1])" }.joined(separator: ", ")
        throw MaskStreamError(
            .configuration, failure?.message ?? "the model does not run (\(session.path))",
            hint: "it was tried with images of \(sides): export it for a size of its own, or for "
                + "any", underlying: failure)
    }

    /// The bound output as a map; nil where it is none.
    private static func reading(
        _ binding: OnnxBinding, _ input: PixelSpec.Layout, width: Int, height: Int
    ) -> Output? {
        let layouts = [input] + PixelSpec.Layout.allCases.filter { $0 != input }
        let readings = layouts.compactMap { layout in
            MapShape(binding.output.shape, layout: layout).map { (layout, $0) }
        }.filter { $0.1.lies(over: width, by: height) && $0.1.width > 1 && $0.1.height > 1 }
        return readings.min { $0.1.channels < $1.1.channels }.map { layout, shape in
            Output(binding: binding, layout: layout, shape: shape)
        }
    }

    /// The error for a model without a map.
    var noMap: MaskStreamError {
        let isOther = session.outputs.allSatisfy { $0.elementType != .float32 }
        return MaskStreamError(
            .configuration,
            "no output is a map of float32: "
                + session.outputs.map(\.description).joined(separator: ", ")
                + " (\(session.path))",
            hint: "export the scores for each pixel, before classes are chosen (argmax)"
                + (isOther ? ", as float32" : ""))
    }

    /// The maps, and the number of the normalisation with which they were made.
    func maps(
        _ normalizations: [EstimatorGuess.Normalization]
    ) throws -> (maps: [EstimatorGuess.Map], normalization: Int) {
        guard let meant = outputs.min(by: { $0.shape.channels < $1.shape.channels }) else {
            throw noMap
        }
        var chosen = 0
        for (index, normalization) in normalizations.enumerated() {
            guard try values(meant, normalization).map(of: meant.shape).activation == .none else {
                continue
            }
            chosen = index
            break
        }
        let maps = try outputs.map { output in
            let values = try values(output, normalizations[chosen])
            let found = values.map(of: output.shape)
            guard output.binding.output.name != meant.binding.output.name || found.isFit else {
                throw unfit(values, found, output)
            }
            return EstimatorGuess.Map(
                name: output.binding.output.name, shape: output.binding.output.shape,
                layout: output.layout, channelCount: output.shape.channels, range: values.range,
                activation: found.activation, scale: found.scale,
                isDistribution: found.isDistribution)
        }
        return (maps, chosen)
    }

    private func unfit(
        _ values: TrialValues, _ reading: TrialValues.Reading, _ output: Output
    ) -> MaskStreamError {
        let name = output.binding.output.name
        return values.isFinite
            ? MaskStreamError(
                .configuration,
                "the output \(name) holds the numbers of classes, not scores: whole numbers from "
                    + "\(Int(values.range.lowerBound)) to \(Int(values.range.upperBound)) "
                    + "(\(session.path))",
                hint: "export the scores for each pixel, before classes are chosen (argmax)")
            : MaskStreamError(
                .configuration,
                "the output \(name) has values that are not numbers for pixels of usual ranges "
                    + "(\(session.path))",
                hint: "export the model again; --normalize says what pixels it takes")
    }

    /// What an output has for a drawn image and for noise.
    private func values(
        _ output: Output, _ normalization: EstimatorGuess.Normalization
    ) throws -> TrialValues {
        var values = TrialValues()
        for isNoise in [false, true] {
            output.binding.withInput { fill($0, normalization, isNoise: isNoise) }
            try output.binding.run()
            output.binding.withOutput { values.add($0, output.shape) }
        }
        return values
    }

    /// Draws a bright disc on a gradient, or noise.
    private func fill(
        _ input: UnsafeMutableBufferPointer<Float>, _ normalization: EstimatorGuess.Normalization,
        isNoise: Bool
    ) {
        // A linear congruential generator (Numerical Recipes, 2nd ed., 7.1).
        var state: UInt32 = 1
        for y in 0..<height {
            for x in 0..<width {
                let across = Float(x) / Float(width) - 0.5
                let down = Float(y) / Float(height) - 0.5
                let isDisc = across * across + down * down < 0.06
                for channel in 0..<channels {
                    state = state &* 1_664_525 &+ 1_013_904_223
                    let pixel =
                        isNoise
                        ? Float(state >> 8) / Float(1 << 24)
                        : isDisc ? 1 - Float(channel) * 0.2 : 0.3 + across * 0.5
                    let place =
                        layout == .nchw
                        ? (channel * height + y) * width + x : (y * width + x) * channels + channel
                    let number = min(channel, normalization.mean.count - 1)
                    input[place] = (pixel - normalization.mean[number]) / normalization.std[number]
                }
            }
        }
    }
}
