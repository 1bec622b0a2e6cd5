/// Paints the frame that leaves the program.
public struct RenderStage: Stage {
    /// What is shown.
    public enum Emit: String, Sendable, CaseIterable {
        /// The frame with its irrelevant pixels filled.
        case masked
        /// The thresholded confidence map in grey, full range.
        case confidence
        /// The mask in black and white.
        case mask
        /// The masked frame with the subjects' boxes and labels drawn on it.
        case overlay
        /// The subjects of the masked frame, packed on a canvas of another size.
        case packed
    }

    private let emit: Emit
    private let steering: Steering?
    private let hidesSubjects: Bool
    /// The run's own fill.
    private let base: MaskFill
    private var fill: MaskFill
    private var painter: MaskPainter
    private var gray = GrayPainter()
    private let canvas: CanvasPainter?
    /// Where the scene's subjects lie on the canvas; nil before its first frame.
    private var packer: CanvasPacker?

    /// Makes the stage; the fill is the steering's, where there is one.
    ///
    /// `hidesSubjects` says that masks hide subjects, as those with
    /// ``ThresholdMasker/Rule/inverts`` do. ``Emit/packed`` needs a `canvas`.
    public init(
        emit: Emit = .masked, fill: MaskFill = .zero, steering: Steering? = nil,
        hidesSubjects: Bool = false, canvas: CanvasSize? = nil
    ) {
        precondition(emit != .packed || canvas != nil, "subjects are packed on a canvas")
        self.emit = emit
        self.canvas = canvas.map(CanvasPainter.init)
        self.steering = steering
        self.hidesSubjects = hidesSubjects
        self.fill = fill
        base = fill
        painter = MaskPainter(fill: fill, hidesSubjects: hidesSubjects)
    }

    /// The format of the written frames for a source's format.
    public static func outputFormat(
        _ source: FrameFormat, emit: Emit, fill: MaskFill = .zero, canvas: CanvasSize? = nil
    ) -> FrameFormat {
        let painted = fill.format(of: source)
        return switch emit {
        case .masked, .overlay: painted
        case .confidence, .mask: source.gray
        case .packed: canvas?.format(for: painted) ?? painted
        }
    }

    /// Puts the output frame on the work.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let wanted = work.fill ?? steering?.fill ?? base
        if wanted != fill {
            fill = wanted
            painter = MaskPainter(fill: wanted, hidesSubjects: hidesSubjects)
        }
        switch self.emit {
        case .masked: work.output = painter.paint(work.source, mask: work.mask)
        case .confidence: work.output = gray.confidence(work.source, map: work.map)
        case .mask: work.output = gray.mask(work.source, mask: work.mask)
        case .overlay:
            let overlay = Overlay(
                subjects: work.subjects, threshold: work.threshold,
                time: work.primary == .late ? work.source.time : nil)
            work.output = painter.paint(work.source, mask: work.mask, overlay: overlay)
        case .packed: pack(&work)
        }
        try emit(work)
    }

    /// Paints the canvas: empty for a frame that is masked whole or has no subject.
    private mutating func pack(_ work: inout FrameWork) {
        guard let canvas else { return }
        if work.beginsScene || work.source.file != nil { packer = nil }
        var packer = packer ?? CanvasPacker(canvas.size, for: work.source.format)
        let shown = work.subjects.filter { work.isShown($0) }
        let regions = packer.place(shown, time: work.source.time)
        let masked = painter.paint(work.source, mask: work.mask)
        work.output = canvas.paint(masked, regions, fill: fill)
        work.packed = regions
        self.packer = packer
    }
}
