import ArgumentParser
import MaskStream

/// `maskstream INPUT --profile P -o OUT`: the main job.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Mask a video, a picture or a folder of pictures (the default command).",
        discussion: """
            Examples:
              maskstream talk.mp4 --profile face-emotion -o masked.mp4
              maskstream talk.mp4 -p face-emotion -o masked.mkv --codec ffv1 --fill '#00ff00'
              maskstream photos/ -p face-emotion -o masked/
              ffmpeg -i in.mov -f nut -c:v rawvideo - | maskstream - -p face-emotion -o - | ffplay -
            """)

    @OptionGroup(title: "Input") var input: InputArguments
    @OptionGroup(title: "Output") var output: OutputArguments
    @OptionGroup(title: "Mask and threshold") var mask: MaskArguments
    @OptionGroup(title: "Run") var options: RunArguments

    mutating func validate() throws {
        let tells = options.events != nil || options.report != nil || options.dryRun
        guard output.output != nil || tells else {
            throw ValidationError(
                "missing -o; it may be left out with --events, --report or --dry-run")
        }
    }

    func run() throws {
        let status = try RunPlan(self).execute()
        guard status == 0 else { throw ExitCode(status) }
    }
}
