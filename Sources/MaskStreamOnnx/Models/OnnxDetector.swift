public import MaskStream

/// A primary model that finds objects: an ONNX detector of one input size, described by a profile.
///
/// Subjects are packed on one canvas of the model's input size, masked, at the size that they have
/// in the frame or shrunk together, and the model is run once for all of them. A box belongs to the
/// subject on which its centre lies; it is brought back into the frame and clipped to the subject's
/// box with its margin. Of boxes that overlap in the frame the best is left.
public struct OnnxDetector: PrimaryModel {
    private let network: DetectorNetwork
    private var canvas: RegionCanvas

    /// Binds a session.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not what
    ///   the profile says.
    public init(spec: PrimarySpec, session: OnnxSession) throws {
        guard let detector = spec.detector,
            let size = CanvasSize(width: spec.width, height: spec.height)
        else {
            throw MaskStreamError(
                .configuration,
                "a detector's input has sides from \(CanvasSize.sides.lowerBound) pixels on "
                    + "(\(session.path))", hint: "correct primary.input in profile.yaml")
        }
        network = try DetectorNetwork(spec, detector, session)
        canvas = RegionCanvas(size)
    }

    /// Finds objects in what each region's mask keeps of it; nil where nothing is found.
    ///
    /// Without a region the model is not run. Regions of the same box are views of one subject: each
    /// keeps its own boxes.
    ///
    /// - Throws: `MaskStreamError` with code `software` when the model fails or its answer is not
    ///   finite.
    public mutating func run(on source: Frame, in regions: [Region]) throws -> [Prediction?] {
        guard !regions.isEmpty else { return [] }
        let grown = regions.map { region in
            Region(box: region.box.grown(by: network.spec.margin), mask: region.mask)
        }
        let (canvas, places) = self.canvas.paint(source, grown)
        let boxes = try boxes(on: canvas)
        let views = places.map { $0.map(CanvasView.init) }
        var found: [(region: Int, box: ScoredBox)] = []
        for box in boxes {
            guard let region = views.firstIndex(where: { $0?.holds(box) == true }),
                let inFrame = views[region]?.inFrame(box)
            else { continue }
            let isOverlapped = found.contains { other in
                (other.region == region || regions[other.region].box != regions[region].box)
                    && other.box.iou(inFrame) >= network.maxOverlap
            }
            if !isOverlapped { found.append((region, inFrame)) }
        }
        return regions.indices.map { index in
            network.prediction(of: found.filter { $0.region == index }.map(\.box))
        }
    }

    /// What the model finds on a canvas, best first, in the canvas's stored pixels.
    private func boxes(on canvas: Frame) throws -> [ScoredBox] {
        let spec = network.spec
        let sampler = FrameSampler(
            format: canvas.format, width: spec.width, height: spec.height,
            isGray: spec.pixels.color == .gray)
        let content = Box(x: 0, y: 0, width: spec.width, height: spec.height)
        let turn = canvas.format.orientation.inverse
        return try network.boxes(in: sampler.sample(canvas), content: content)
            .map { $0.displayed(turn, in: spec.width, spec.height) }
    }
}

/// A region on a canvas and in the frame.
private struct CanvasView {
    private let from: Box
    private let to: Box
    private let scale: Float

    init(_ place: PackedRegion) {
        (from, to, scale) = (place.from, place.to, Float(place.scale))
    }

    /// Whether a box of the canvas has its centre here.
    func holds(_ box: ScoredBox) -> Bool {
        let (x, y) = ((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2)
        return x >= Float(from.x) && x < Float(from.x + from.width)
            && y >= Float(from.y) && y < Float(from.y + from.height)
    }

    /// A box of the canvas in the frame, clipped to the region.
    func inFrame(_ box: ScoredBox) -> ScoredBox {
        box.moved(by: Float(-from.x), Float(-from.y)).scaled(by: 1 / scale, 1 / scale)
            .moved(by: Float(to.x), Float(to.y)).clipped(to: to)
    }
}

extension Box {
    /// The rectangle with a margin on each side, a fraction of its longer side.
    fileprivate func grown(by margin: Float) -> Box {
        let border = Int((margin * Float(max(width, height))).rounded())
        return Box(
            x: x - border, y: y - border, width: width + 2 * border, height: height + 2 * border)
    }
}
