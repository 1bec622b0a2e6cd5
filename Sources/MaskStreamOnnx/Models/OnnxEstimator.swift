import Foundation
public import MaskStream

/// A confidence estimator that is an ONNX model, described by a profile.
///
/// Input: `[1, C, H, W]` or `[1, H, W, C]` float32 of the upright frame, C being 3 or, for gray, 1.
/// Output: `[1, C, h, w]` or `[1, h, w, C]` float32, or the same without the 1, of any h and w; of a
/// detector, what `DetectorSpec` describes.
public struct OnnxEstimator: ConfidenceEstimator {
    private let spec: EstimatorSpec
    private let session: OnnxSession
    private let seesFaint: Bool
    private let views: TurnedViews
    private var stream: BoundStream

    /// Binds a session to the frames of one stream.
    ///
    /// Pixels that are less than half opaque are not seen; with `seesFaint` all are that are opaque
    /// at all, as masks need it that hide what is found, and what is drawn in alpha is seen in a
    /// second run, whose higher scores count. The model is given its area times `detail`,
    /// and frames turned as `views` say.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not
    ///   what the profile says, `usage` for a detail other than 1 or quarter turns of a model that
    ///   takes one size only, and for a detail that makes the input too large.
    public init(
        spec: EstimatorSpec, session: OnnxSession, format: FrameFormat, detail: Int = 1,
        views: TurnedViews = TurnedViews(1, level: 1, isolatesFrames: true), seesFaint: Bool = false
    ) throws {
        let input = try EstimatorInput(spec, of: session)
        let spec = try input.enlarged(spec, by: detail, session)
        if views.turnsSideways { try input.checkSideways(session) }
        self.spec = spec
        self.session = session
        self.seesFaint = seesFaint
        self.views = views
        stream = try BoundStream(
            spec: spec, session: session, format: format, views: views, seesFaint: seesFaint)
    }

    /// How many rows of the model's input a frame of a format fills, seen upright.
    ///
    /// - Throws: what ``init(spec:session:format:detail:views:seesFaint:)`` throws for the input.
    public static func inputRows(
        spec: EstimatorSpec, session: OnnxSession, format: FrameFormat, detail: Int
    ) throws -> Int {
        let input = try EstimatorInput(spec, of: session)
        return input.geometry(try input.enlarged(spec, by: detail, session), format).content.height
    }

    /// What the model is given, as `320x192`.
    public var inputSize: String {
        "\(stream.upright.geometry.width)x\(stream.upright.geometry.height)"
    }

    /// Scores a frame; one of another format than the last binds the session anew.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails.
    public mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
        if stream.format != frame.format {
            stream = try BoundStream(
                spec: spec, session: session, format: frame.format, views: views,
                seesFaint: seesFaint)
        }
        map = try stream.estimate(frame)
    }
}

/// A session bound to the frames of one format.
private struct BoundStream {
    let format: FrameFormat
    /// Sees frames upright or on their head.
    let upright: BoundInput
    /// Sees frames turned by a quarter.
    private let sideways: BoundInput?
    private var sampler: FrameSampler
    private var views: TurnedViews
    /// The last image as the model was given it, and its map.
    private var last: (samples: [Float], faded: [Float]?, map: ConfidenceMap)?

    init(
        spec: EstimatorSpec, session: OnnxSession, format: FrameFormat, views: TurnedViews,
        seesFaint: Bool
    ) throws {
        let geometry = try EstimatorInput(spec, of: session).geometry(spec, format)
        upright = try BoundInput(spec, session, geometry)
        sideways = try views.turnsSideways ? BoundInput(spec, session, geometry.sideways) : nil
        sampler = FrameSampler(
            format: format, width: geometry.content.width, height: geometry.content.height,
            isGray: spec.pixels.color == .gray)
        sampler.seesFaint = seesFaint
        self.format = format
        self.views = views
    }

    /// Scores a frame; in a scene, the same sample as the last frame's has the same map, with no need
    /// to run.
    mutating func estimate(_ frame: Frame) throws -> ConfidenceMap {
        let samples = sampler.sample(frame)
        let faded = sampler.seesFaint ? sampler.faded(samples, of: frame) : nil
        if !frame.beginsScene, let last, last.samples == samples, last.faded == faded {
            return last.map
        }
        let (upright, sideways) = (upright, sideways)
        let map = try views.map(of: frame) { turn in
            let input = turn.transposes ? sideways ?? upright : upright
            var map = try input.map(of: samples, turned: turn)
            if let faded { map.raise(to: try input.map(of: faded, turned: turn)) }
            return map
        }.turned(format.orientation.inverse)
        last = (samples, faded, map)
        return map
    }
}

/// A session bound to images of one size.
private struct BoundInput {
    let geometry: InputGeometry
    private let model: any BoundModel
    private let tensor: PixelTensor

    init(_ spec: EstimatorSpec, _ session: OnnxSession, _ geometry: InputGeometry) throws {
        self.geometry = geometry
        model =
            if let detector = spec.detector {
                try BoundDetector(spec, detector, session, geometry)
            } else {
                try BoundMap(spec, session, geometry)
            }
        tensor = PixelTensor(spec: spec.pixels, width: geometry.width, height: geometry.height)
        model.withInput(tensor.clear)
    }

    /// The map of an upright image that the model sees turned.
    func map(of samples: [Float], turned turn: Orientation) throws -> ConfidenceMap {
        let content = geometry.content
        let stored = turn.inverse.displayed(width: content.width, height: content.height)
        let turned = turn.apply(toPlanes: samples, width: stored.width, height: stored.height)
        model.withInput { tensor.write(turned, content: content, to: $0) }
        let map = ConfidenceMap(width: model.width, height: model.height, values: try model.run())
        return map.turned(turn.inverse)
    }
}

/// Writes planar pixels in [0, 1] into a model's input tensor.
struct PixelTensor {
    let spec: PixelSpec
    let width: Int
    let height: Int

    /// Makes the whole tensor black, as a letterbox's bars stay.
    func clear(_ tensor: UnsafeMutableBufferPointer<Float>) {
        let black = [Float](repeating: 0, count: spec.channelCount * width * height)
        write(black, content: Box(x: 0, y: 0, width: width, height: height), to: tensor)
    }

    /// Writes an image into the rectangle `content` of the tensor.
    func write(
        _ samples: [Float], content: Box, to tensor: UnsafeMutableBufferPointer<Float>
    ) {
        let channels = spec.channelCount
        let plane = content.width * content.height
        for channel in 0..<channels {
            let source = spec.color == .bgr ? channels - 1 - channel : channel
            let (mean, factor) = (spec.mean[channel], 1 / spec.std[channel])
            for y in 0..<content.height {
                let row = source * plane + y * content.width
                let (start, step) = place(channel, x: content.x, y: content.y + y)
                for x in 0..<content.width {
                    tensor[start + x * step] = (samples[row + x] - mean) * factor
                }
            }
        }
    }

    /// Where a pixel lies in the tensor and how far the next one of its row is.
    private func place(_ channel: Int, x: Int, y: Int) -> (start: Int, step: Int) {
        switch spec.layout {
        case .nchw: ((channel * height + y) * width + x, 1)
        case .nhwc: ((y * width + x) * spec.channelCount + channel, spec.channelCount)
        }
    }
}
