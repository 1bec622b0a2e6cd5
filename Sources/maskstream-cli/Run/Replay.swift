import MaskStream
import MaskStreamFFmpeg

extension SessionPlan {
    /// Renders what the analysis found without an output.
    ///
    /// - Parameters:
    ///   - source: the input, of which no frame was read.
    ///   - turned: whether its frames are turned upright.
    ///   - followsAgain: whether subjects are followed again, for their colours.
    ///   - observe: is shown each frame.
    /// - Returns: whether it came to the end; false where somebody stopped it.
    /// - Throws: what reading and rendering throw.
    func replay(
        _ source: FFmpegSource, turned: Bool = false, followsAgain: Bool = false,
        interrupts: Interrupts,
        observe: @escaping @Sendable (borrowing FrameWork) -> Void = { _ in }
    ) throws -> Bool {
        let isImage = source.isImage
        var settings = settings(isLive: false, isolatesFrames: isImage)
        settings.masks.followsAgain = followsAgain
        let frames = source.frames(turned: turned)
        let pipeline = Pipeline(
            source: frames,
            parts: try stages(
                format: frames.format, settings: settings, isLive: false, steering: nil,
                recorder: nil, warn: { _ in }),
            sink: NoSink(), scenes: isImage ? nil : arguments.input.scenes,
            controller: try arguments.mask.controller(profile, isolatesFrames: isImage),
            findings: try findings(), depth: settings.depth, lookahead: settings.masks.lookahead,
            observe: { work, _ in observe(work) })
        return try interrupts.draining({ pipeline.stop() }) {
            try !pipeline.run().wasStopped
        }
    }
}
