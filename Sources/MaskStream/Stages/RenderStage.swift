/// Paints the picture that leaves the program.
public struct RenderStage: Stage {
    /// What is shown.
    public enum Emit: String, Sendable, CaseIterable {
        /// The picture with its irrelevant pixels filled.
        case masked
        /// The thresholded confidence map in grey, full range.
        case confidence
        /// The mask in black and white.
        case mask
        /// The masked picture with the subjects' boxes and labels drawn on it.
        case overlay
    }

    private let emit: Emit
    private var painter: MaskPainter
    private var gray = GrayPainter()

    /// Makes the stage.
    public init(emit: Emit = .masked, fill: MaskFill = .zero) {
        self.emit = emit
        painter = MaskPainter(fill: fill)
    }

    /// The format of the written frames for a source's format.
    public static func outputFormat(
        _ source: FrameFormat, emit: Emit, fill: MaskFill = .zero
    ) -> FrameFormat {
        guard emit == .confidence || emit == .mask else { return fill.format(of: source) }
        var format = source
        format.hasFewColors = false
        format.pixelFormat = .gray
        format.color = ColorInfo(range: .full, isRangeTagged: true)
        return format
    }

    /// Puts the output picture on the work.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        switch self.emit {
        case .masked: work.output = painter.paint(work.source, mask: work.mask)
        case .confidence: work.output = gray.confidence(work.source, map: work.map)
        case .mask: work.output = gray.mask(work.source, mask: work.mask)
        case .overlay:
            var frame = painter.paint(work.source, mask: work.mask)
            Overlay.draw(
                work.subjects, threshold: work.threshold, on: &frame, source: work.source.buffer)
            work.output = consume frame
        }
        try emit(work)
    }
}
