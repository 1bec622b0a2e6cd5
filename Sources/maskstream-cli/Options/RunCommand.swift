import ArgumentParser

/// `maskstream INPUT --profile P -o OUT`: the main job.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Mask a video, an image or a folder of images (the default command).",
        discussion: """
            Examples:
              maskstream talk.mp4 --profile face-emotion -o masked.mp4
              maskstream talk.mp4 -p face-emotion -o masked.mkv --codec ffv1 --fill '#00ff00'
              maskstream photos/ -p face-emotion --recursive -o masked/
              maskstream a.mp4 b.mp4 -p face-emotion --output-dir masked
              maskstream /dev/video0 -p hair-color --watch
              ffmpeg -i in.mov -f nut -c:v rawvideo - | maskstream - -p face-emotion -o - | ffplay -
            """)

    @Argument(
        help: ArgumentHelp(
            "Files, URLs, cameras (/dev/videoN), images, folders of images, or - for stdin.",
            valueName: "input"), completion: .file())
    var inputs: [String]

    @OptionGroup(title: "Input") var input: InputArguments
    @OptionGroup(title: "Output") var output: OutputArguments
    @OptionGroup(title: "Mask and threshold") var mask: MaskArguments
    @OptionGroup(title: "Run") var options: RunArguments

    mutating func validate() throws {
        let tells =
            options.events != nil || options.report != nil || options.dryRun || options.watch
        guard output.output != nil || options.outputDir != nil || tells else {
            throw ValidationError(
                "missing -o; it is optional with --output-dir, --events, --report, --watch or --dry-run"
            )
        }
        if output.output != nil, options.outputDir != nil {
            throw ValidationError("-o cannot go with --output-dir, which names the outputs itself")
        }
        if output.output != nil, inputs.count > 1 {
            throw ValidationError("-o cannot go with several inputs: use --output-dir")
        }
    }
}
