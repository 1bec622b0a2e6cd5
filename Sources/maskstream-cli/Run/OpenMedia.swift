import MaskStream
import MaskStreamAnnotations
import MaskStreamFFmpeg

/// What a session reads and writes, open.
struct OpenMedia: Sendable {
    let source: KeptSource
    let sink: KeptSink
    /// What the stages see.
    let format: FrameFormat
    /// Where the video is decoded; nil where nothing but software was asked for.
    var decoding: DecodingPlace?
    /// Whether it is a live source.
    var isLive = false
    /// Whether every frame is an image of its own.
    var isolates = false
    /// Where scenes begin; nil where the frames know.
    var scenes: SceneBoundaries?
    /// The segment that is read; nil where the whole input is.
    var segment: SegmentSource?
    /// Masks that were made elsewhere; nil where models or an analysis find what is masked.
    var masks: ExternalMasks?
    /// What keeps an analysis; nil where none is wanted.
    var analysis: AnalysisRecorder?
    /// What writes annotations; nil for none.
    var annotations: AnnotationOutput?
    /// What the summary says of the output.
    var about: [String] = []
    /// The file that is written until the end.
    var part: PartFile?
    /// Ends a waiting read.
    var interrupt: @Sendable () -> Void = {}
    /// Goes on after a pause with the frame that was captured at a time of the uptime clock.
    var resume: @Sendable (UInt64) -> Void = { _ in }
    /// What is counted of live frames, at any time; nil for files.
    var live: (@Sendable () -> LiveCounts)?
    /// What was counted in the input's data; waits for a read that is under way.
    var statistics: @Sendable () -> InputStatistics = { InputStatistics() }
}
