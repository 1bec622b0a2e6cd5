import ArgumentParser
import MaskStreamAnnotations

/// `maskstream export DIR --format coco -o OUT`: an analysis as other tools' annotations.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what was analyzed as annotations for other tools.",
        discussion: """
            Takes a folder of maskstream analyze or --keep-analysis, and reads its input again. An \
            annotation is what the mask keeps of a subject, or hides with --invert, in pixels of the \
            upright frame. It shows where people were: it is personal data.

            coco    one JSON file, masks as RLE      mots     a folder of PNGs with track numbers
            cvat    one XML file, tracks of boxes    yolo     a folder of outlines
            mattes  a folder of black and white PNGs

            Example:
              maskstream export talk.maskstream --format coco -o talk.json
            """)

    @Argument(
        help: ArgumentHelp("The folder of the analysis.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("The form of the annotations.", valueName: "format"))
    var format: AnnotationFormat

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file for coco and cvat, a new folder for the others.", valueName: "out"),
        completion: .file())
    var output: String

    @Flag(help: "Replace an existing file; a folder is never replaced.")
    var overwrite = false

    @Option(
        help: ArgumentHelp(
            "The input, where it is not at the place that the analysis tells.", valueName: "in"),
        completion: .file())
    var input: String?

    @Option(
        help: ArgumentHelp(
            "What to change: tracks, people and regions to keep or hide, spans; edits.yaml of the folder "
                + "where it is there.", valueName: "file"),
        completion: .file())
    var edits: String?

    @Option(help: ArgumentHelp("How progress is shown.", valueName: "mode"))
    var progress = ProgressMode.auto

    func validate() throws {
        guard output != "-" else {
            throw ValidationError("annotations are files: -o cannot be the standard output")
        }
    }
}

extension AnnotationFormat: ExpressibleByArgument {}
