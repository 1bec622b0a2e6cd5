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
    }

    private let emit: Emit
    private let steering: Steering?
    private let hidesSubjects: Bool
    private var fill: MaskFill
    private var painter: MaskPainter
    private var gray = GrayPainter()

    /// Makes the stage; the fill is the steering's, where there is one.
    ///
    /// `hidesSubjects` says that masks hide subjects, as those with
    /// ``ThresholdMasker/Rule/inverts`` do.
    public init(
        emit: Emit = .masked, fill: MaskFill = .zero, steering: Steering? = nil,
        hidesSubjects: Bool = false
    ) {
        self.emit = emit
        self.steering = steering
        self.hidesSubjects = hidesSubjects
        self.fill = fill
        painter = MaskPainter(fill: fill, hidesSubjects: hidesSubjects)
    }

    /// The format of the written frames for a source's format.
    public static func outputFormat(
        _ source: FrameFormat, emit: Emit, fill: MaskFill = .zero
    ) -> FrameFormat {
        switch emit {
        case .masked, .overlay: fill.format(of: source)
        case .confidence, .mask: source.gray
        }
    }

    /// Puts the output frame on the work.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if let wanted = steering?.fill, wanted != fill {
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
        }
        try emit(work)
    }
}
