/// Writes annotations of a video, frame by frame, in the form that other tools read.
package protocol AnnotationWriter: Sendable {
    /// Adds the next frame.
    ///
    /// - Throws: `MaskStreamError` with code `inputOutput` where it cannot be written.
    mutating func add(_ frame: AnnotatedFrame) throws

    /// Completes what was written; only now files have their names.
    ///
    /// - Throws: as `add(_:)`.
    mutating func finish() throws
}
