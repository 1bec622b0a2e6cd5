import MaskStream

/// What an estimator's model declares as its input, compared with the profile.
struct EstimatorInput {
    /// The model's own width and height; nil where it leaves them open.
    let fixedSize: (width: Int, height: Int)?

    /// - Throws: `MaskStreamError` `configuration` for an input that is no image, and for one
    ///   with other channels than the profile gives it.
    init(_ spec: EstimatorSpec, of session: OnnxSession) throws {
        let check = TensorCheck(path: session.path)
        let input = try check.image(session.inputs)
        let pixels = spec.pixels
        guard input.shape.count == 4 else {
            throw check.mismatch(
                "an image \(OnnxTensor.text(pixels.layout.shape(pixels.channelCount, -1, -1)))",
                [input])
        }
        let found = input.shape[pixels.layout.channelAxis]
        guard found == pixels.channelCount else { throw Self.wrongChannels(input, spec, session) }
        let height = input.shape[pixels.layout.rowAxis]
        let width = input.shape[pixels.layout.rowAxis + 1]
        fixedSize = width > 0 && height > 0 ? (width, height) : nil
    }

    /// How frames of a format lie in the input.
    func geometry(_ spec: EstimatorSpec, _ format: FrameFormat) -> InputGeometry {
        InputGeometry(
            spec: spec, aspect: format.displayAspect, fixed: fixedSize,
            pixels: format.width * format.height)
    }

    /// Refuses quarter turns of a model that takes one size only, unless that is square.
    ///
    /// - Throws: `MaskStreamError` `usage`.
    func checkSideways(_ session: OnnxSession) throws {
        guard let (width, height) = fixedSize, width != height else { return }
        throw MaskStreamError(
            .usage,
            "the model takes \(width)x\(height) only: --turns and estimator.input.turns must be 1 or "
                + "2 (\(session.path))",
            hint: "leave them out, or export the model with height and width left open")
    }

    /// A profile's estimator with its area multiplied.
    ///
    /// - Throws: `MaskStreamError` `usage` where the model takes one size only, or would be given
    ///   too large an input.
    func enlarged(
        _ spec: EstimatorSpec, by detail: Int, _ session: OnnxSession
    ) throws -> EstimatorSpec {
        guard detail != 1 else { return spec }
        if let (width, height) = fixedSize {
            throw MaskStreamError(
                .usage,
                "the model takes \(width)x\(height) only: --detail and estimator.input.detail must "
                    + "be 1 (\(session.path))",
                hint: "leave them out, or export the model with height and width left open")
        }
        guard spec.area * detail <= EstimatorSpec.largestArea else {
            throw MaskStreamError(
                .usage,
                "detail \(detail) of an area of \(spec.area) pixels is too large "
                    + "(\(session.path))",
                hint: "choose --detail or estimator.input.detail so that the product is at most "
                    + "\(EstimatorSpec.largestArea)")
        }
        var spec = spec
        spec.area *= detail
        return spec
    }

    private static func wrongChannels(
        _ input: OnnxTensor, _ spec: EstimatorSpec, _ session: OnnxSession
    ) -> MaskStreamError {
        let (layout, count) = (spec.pixels.layout, spec.pixels.channelCount)
        let other = PixelSpec.Layout.allCases.first { $0 != layout } ?? layout
        let found = input.shape[layout.channelAxis]
        let fitsOther = input.shape[other.channelAxis] == count
        guard found != -1 || fitsOther else {
            return MaskStreamError(
                .configuration,
                "the model leaves open how many channels it takes: \(input) (\(session.path))",
                hint: openChannels(input))
        }
        let hint =
            switch found {
            case _ where fitsOther: "set estimator.layout: \(other.rawValue)"
            case 1: "set estimator.colour: gray, with one number each in mean and std"
            case 3: "set estimator.colour: rgb or bgr, with three numbers each in mean and std"
            default: "a model takes one channel, grey, or three, red, green and blue"
            }
        return MaskStreamError(
            .configuration,
            "the model takes \(input), not \(count) channel(s) in the order \(layout.rawValue) "
                + "as its profile says (\(session.path))", hint: hint)
    }
}

/// What to do where a model leaves open how many channels it takes.
func openChannels(_ input: OnnxTensor) -> String {
    "export it with a fixed number of channels: 3 for colours, 1 for grey; Python: "
        + "onnxruntime.tools.make_dynamic_shape_fixed --input_name \(input.name) "
        + "--input_shape 1,3,HEIGHT,WIDTH IN OUT"
}

extension PixelSpec.Layout {
    /// The order in which an image lies in a shape; nil where there are not 1 or 3 channels.
    init?(_ shape: [Int]) {
        guard shape.count == 4 else { return nil }
        // Three first: a model may have a side of 1, not of 3.
        let fits = [3, 1].flatMap { count in
            Self.allCases.filter { shape[$0.channelAxis] == count }
        }
        guard let first = fits.first else { return nil }
        self = first
    }

    /// The concrete shape of images.
    func shape(batch: Int = 1, _ channels: Int, _ width: Int, _ height: Int) -> [Int] {
        self == .nchw ? [batch, channels, height, width] : [batch, height, width, channels]
    }

    /// The dimension of the channels in a tensor of rank 4.
    var channelAxis: Int { self == .nchw ? 1 : 3 }
    /// The dimension of the rows, before that of the columns.
    var rowAxis: Int { self == .nchw ? 2 : 1 }
}
