package import MaskStream

/// Annotations that are being written.
package final class AnnotationOutput: Sendable {
    private let writer: Confined<any AnnotationWriter>

    init(_ writer: any AnnotationWriter) {
        self.writer = Confined(writer, label: "maskstream.annotations")
    }

    /// A stage that adds each frame; `settings` say how its mask was made, and `edits` which tracks are
    /// one person.
    package func stage(_ settings: MaskStage.Settings, edits: Edits) -> some Stage & Sendable {
        AnnotateStage(annotator: Annotator(settings, edits: edits), writer: writer)
    }

    /// Completes what was written.
    ///
    /// - Throws: as ``AnnotationWriter/finish()``.
    package func finish() throws { try writer.sync { try $0.finish() } }
}

/// Adds each frame to the annotations.
private struct AnnotateStage: Stage, Sendable {
    var annotator: Annotator
    let writer: Confined<any AnnotationWriter>

    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let frame = annotator.annotate(work)
        try writer.sync { try $0.add(frame) }
        try emit(work)
    }
}
