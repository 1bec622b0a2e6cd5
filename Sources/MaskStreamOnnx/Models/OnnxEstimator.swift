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
    private var stream: BoundStream

    /// Binds a session to the frames of one stream.
    ///
    /// Pixels that are less than half opaque are not seen; with `seesFaint` all are that are opaque
    /// at all, as masks need it that hide what is found. The model is given its area times `detail`.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not
    ///   what the profile says, `usage` for a detail other than 1 of a model that takes one size
    ///   only, and for one that makes the input too large.
    public init(
        spec: EstimatorSpec, session: OnnxSession, format: FrameFormat, detail: Int = 1,
        seesFaint: Bool = false
    ) throws {
        let spec = try EstimatorInput(spec, of: session).enlarged(spec, by: detail, session)
        self.spec = spec
        self.session = session
        self.seesFaint = seesFaint
        stream = try BoundStream(
            spec: spec, session: session, format: format, seesFaint: seesFaint)
    }

    /// How many rows of the model's input a frame of a format fills, seen upright.
    ///
    /// - Throws: what ``init(spec:session:format:detail:seesFaint:)`` throws for the input.
    public static func inputRows(
        spec: EstimatorSpec, session: OnnxSession, format: FrameFormat, detail: Int
    ) throws -> Int {
        let input = try EstimatorInput(spec, of: session)
        return input.geometry(try input.enlarged(spec, by: detail, session), format).content.height
    }

    /// What the model is given, as `320x192`.
    public var inputSize: String { "\(stream.geometry.width)x\(stream.geometry.height)" }

    /// Scores a frame; one of another format than the last binds the session anew.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails.
    public mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) throws {
        if stream.format != frame.format {
            stream = try BoundStream(
                spec: spec, session: session, format: frame.format, seesFaint: seesFaint)
        }
        map = try stream.estimate(frame)
    }
}

/// A session bound to the frames of one format.
private struct BoundStream {
    let format: FrameFormat
    let geometry: InputGeometry
    private let model: any BoundModel
    private let tensor: PixelTensor
    private var sampler: FrameSampler
    /// The last image as the model was given it, and its map.
    private var last: (picture: [Float], map: ConfidenceMap)?

    init(
        spec: EstimatorSpec, session: OnnxSession, format: FrameFormat, seesFaint: Bool
    ) throws {
        geometry = try EstimatorInput(spec, of: session).geometry(spec, format)
        model =
            if let detector = spec.detector {
                try BoundDetector(spec, detector, session, geometry)
            } else {
                try BoundMap(spec, session, geometry)
            }
        tensor = PixelTensor(spec: spec.pixels, width: geometry.width, height: geometry.height)
        sampler = FrameSampler(
            format: format, width: geometry.content.width, height: geometry.content.height,
            isGray: spec.pixels.color == .gray)
        sampler.seesFaint = seesFaint
        self.format = format
        model.withInput(tensor.clear)
    }

    /// Scores a frame; the same sample as the last frame's has the same map, with no need to run.
    mutating func estimate(_ frame: Frame) throws -> ConfidenceMap {
        let picture = sampler.sample(frame)
        if let last, last.picture == picture { return last.map }
        model.withInput { tensor.write(picture, content: geometry.content, to: $0) }
        let upright = try model.run()
        let back = format.orientation.inverse
        let size = back.displayed(width: model.width, height: model.height)
        let map = ConfidenceMap(
            width: size.width, height: size.height,
            values: back.apply(to: upright, width: model.width, height: model.height))
        last = (picture, map)
        return map
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
        _ picture: [Float], content: Box, to tensor: UnsafeMutableBufferPointer<Float>
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
                    tensor[start + x * step] = (picture[row + x] - mean) * factor
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
