public import MaskStream

/// A primary model that finds objects: an ONNX detector of one input size, described by a profile.
///
/// Subjects are packed on one canvas of the model's input size, masked, at the size that they have
/// in the frame or shrunk together, and the model is run once for all of them. A box belongs to the
/// subject on which its centre lies; it is brought back into the frame and clipped to the subject's
/// box with its margin. Of boxes that overlap in the frame the best is left.
public struct OnnxDetector: PrimaryModel {
    private let spec: PrimarySpec
    private let outputs: OnnxOutputs
    private let reader: DetectionReader
    private let tensor: PixelTensor
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
        self.spec = spec
        outputs = try OnnxOutputs(
            session, inputShape: spec.inputShape(batch: 1), names: detector.outputs(first: nil))
        reader = DetectionReader(spec, detector)
        tensor = PixelTensor(spec: spec.pixels, width: spec.width, height: spec.height)
        canvas = RegionCanvas(size)
        _ = try reader.read(outputs.probe())
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
            Region(box: region.box.grown(by: spec.margin), mask: region.mask)
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
                    && other.box.iou(inFrame) >= reader.spec.maxOverlap
            }
            if !isOverlapped { found.append((region, inFrame)) }
        }
        return regions.indices.map { index in
            prediction(of: found.filter { $0.region == index }.map(\.box))
        }
    }

    /// What the model finds on a canvas, best first, in the canvas's stored pixels.
    private func boxes(on canvas: Frame) throws -> [ScoredBox] {
        let sampler = FrameSampler(
            format: canvas.format, width: spec.width, height: spec.height,
            isGray: spec.pixels.color == .gray)
        let content = Box(x: 0, y: 0, width: spec.width, height: spec.height)
        outputs.withInput { tensor.write(sampler.sample(canvas), content: content, to: $0) }
        guard let boxes = try reader.read(outputs.run()) else {
            throw MaskStreamError(
                .software, "the primary model's answer is not finite (\(spec.file.path))")
        }
        let turn = canvas.format.orientation.inverse
        return boxes.map { $0.displayed(turn, in: spec.width, spec.height) }
    }

    /// The best score of each class, and all boxes.
    private func prediction(of boxes: [ScoredBox]) -> Prediction? {
        guard !boxes.isEmpty else { return nil }
        var scores = [Float](repeating: 0, count: spec.labels.count)
        for box in boxes { scores[box.label] = max(scores[box.label], box.score) }
        var prediction = Prediction(labels: spec.labels, scores: scores)
        prediction?.objects = boxes.map { box in
            DetectedObject(box: box.pixels, label: box.label, score: box.score)
        }
        return prediction
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
        func place(_ edge: Float, _ start: Int, _ to: Int, _ length: Int) -> Float {
            let place = Float(to) + (edge - Float(start)) / scale
            return min(max(place, Float(to)), Float(to + length))
        }
        var placed = box
        placed.x1 = place(box.x1, from.x, to.x, to.width)
        placed.x2 = place(box.x2, from.x, to.x, to.width)
        placed.y1 = place(box.y1, from.y, to.y, to.height)
        placed.y2 = place(box.y2, from.y, to.y, to.height)
        return placed
    }
}

extension ScoredBox {
    /// The nearest whole pixels.
    fileprivate var pixels: Box {
        let (left, top) = (Int(x1.rounded()), Int(y1.rounded()))
        return Box(
            x: left, y: top, width: max(1, Int(x2.rounded()) - left),
            height: max(1, Int(y2.rounded()) - top))
    }

    /// The same rectangle as it is seen when an image of the given size is turned.
    fileprivate func displayed(
        _ orientation: Orientation, in width: Int, _ height: Int
    ) -> ScoredBox {
        var box = self
        if orientation.transposes { (box.x1, box.y1, box.x2, box.y2) = (y1, x1, y2, x2) }
        let size = orientation.displayed(width: width, height: height)
        let (right, bottom) = (Float(size.width), Float(size.height))
        if orientation.flipsX { (box.x1, box.x2) = (right - box.x2, right - box.x1) }
        if orientation.flipsY { (box.y1, box.y2) = (bottom - box.y2, bottom - box.y1) }
        return box
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
