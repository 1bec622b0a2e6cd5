import MaskStream
import MaskStreamFFmpeg

/// What is different where a segment of the input is read.
extension Session {
    /// Seconds that are read of an input; nil where nobody knows.
    ///
    /// - Throws: `MaskStreamError` 64 where a segment is wanted of an image.
    func length(of input: FFmpegSource) throws -> Double? {
        guard let segment = plan.arguments.input.segment else { return input.duration }
        guard !input.isImage else { throw SessionPlan.noSegment(of: plan.inputName) }
        let end = [input.duration, segment.to].compactMap { $0 }.min()
        return end.map { max(0, $0 - segment.from) }
    }

    /// The segment that is wanted, read up to its first frame; nil where the whole input is.
    func openSegment(of input: FFmpegSource, turns: Bool) throws -> SegmentSource? {
        guard let segment = plan.arguments.input.segment else { return nil }
        return try interrupts.draining({ input.interrupt() }) {
            try SegmentSource(
                input.frames(turned: turns), of: segment,
                scenes: plan.arguments.input.scenes, origin: input.origin,
                skip: input.skip)
        }
    }

    /// What is counted in the input's data; what lies before a segment is not its own.
    func statistics(
        of input: FFmpegSource, from segment: SegmentSource?
    ) -> @Sendable () -> InputStatistics {
        guard segment != nil else { return { input.statistics } }
        let before = input.statistics.corrupt
        return {
            var statistics = input.statistics
            statistics.corrupt -= before
            return statistics
        }
    }
}
