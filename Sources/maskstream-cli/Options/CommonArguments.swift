import ArgumentParser
import MaskStream

/// The options that most runs need for their output: where it goes and how it looks.
struct CommonArguments: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file, URL, image, folder for images, or - for stdout.", valueName: "out"),
        completion: .file())
    var output: String?

    @Flag(help: "Replace an existing output.")
    var overwrite = false

    @Option(
        help: ArgumentHelp(
            "What masked pixels show: \(MaskFill.spelling); or qp[:N], which masks nothing: the "
                + "encoder spends fewer bits on them, its QP raised by N from 1 to 51.",
            valueName: "fill"),
        completion: .list(
            Fill.forms.map { String($0.prefix { $0 != "[" }) }.filter { !$0.hasPrefix("#") }))
    var fill: Fill?

    @Option(help: ArgumentHelp("What the output shows.", valueName: "what"))
    var emit = RenderStage.Emit.masked

    @Option(
        help: ArgumentHelp(
            "The size of the canvas of --emit packed: \(CanvasSize.spelling).", valueName: "WxH"))
    var canvas: CanvasSize?

    @Option(
        help: ArgumentHelp(
            "FFmpeg's encoder; libx264 where the format takes it.", valueName: "name"),
        completion: .list(UsualEncoders.all.map(\.name)))
    var codec: String?

    @Option(
        help: ArgumentHelp(
            "Constant quality, 0 or more; lower is better and larger.", valueName: "N"))
    var crf: Double?

    mutating func validate() throws {
        if let crf, !crf.isFinite || crf < 0 {
            throw ValidationError("--crf must be a number from 0 on, not \(crf)")
        }
        guard (emit == .packed) == (canvas != nil) else {
            throw ValidationError(
                canvas == nil
                    ? "--emit packed needs --canvas, the size of its frames"
                    : "--canvas needs --emit packed")
        }
        if fill?.raisesQP != nil, emit != .masked {
            throw ValidationError(
                "--fill qp masks nothing: it cannot go with --emit \(emit.rawValue)")
        }
    }
}
