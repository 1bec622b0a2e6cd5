import ArgumentParser
import MaskStream

/// `maskstream INPUT --profile P -o OUT`: the main job.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Mask a video, an image or a folder of images (the default command).",
        discussion: """
            Examples:
              maskstream talk.mp4 --profile face-emotion -o masked.mp4
              maskstream talk.mp4 -p face-emotion --invert -o anonymous.mp4
              maskstream photos/ -p face-emotion --recursive -o masked/
              maskstream clips/ -p face-emotion --recursive -o masked/ --receipt masked --skip-done
              maskstream a.mp4 b.mp4 -p face-emotion --output-dir masked
              maskstream talk.mp4 --masks masks.mkv -o masked.mp4
              maskstream /dev/video0 -p hair-color --watch
              maskstream talk.mp4 -p face-emotion -o - | ffplay -
            """)

    @Argument(
        help: ArgumentHelp(
            "Files, URLs, cameras (/dev/videoN), images, folders of images or videos, or - for stdin.",
            valueName: "input"), completion: .file())
    var inputs: [String] = []

    @OptionGroup(title: "Common options") var task: TaskArguments
    @OptionGroup(title: "Common options") var common: CommonArguments
    @OptionGroup(title: "Input") var input: InputArguments
    @OptionGroup(title: "Mask and threshold") var rule: MaskArguments
    @OptionGroup(title: "Mask and threshold") var external: ExternalMaskArguments
    @OptionGroup(title: "Models") var models: ModelArguments
    @OptionGroup(title: "Output") var output: OutputArguments
    @OptionGroup(title: "Reports") var reports: ReportArguments
    @OptionGroup(title: "Live video") var live: LiveArguments
    @OptionGroup(title: "Checks") var checks: CheckArguments

    /// What is masked and what moves the threshold.
    var mask: Masking {
        Masking(
            invert: task.invert || external.masksHide, fill: common.fill?.value,
            masksNothing: common.fill?.raisesQP != nil, classes: task.classes,
            threshold: task.threshold?.value, control: rule.control, detail: rule.detail,
            turns: rule.turns, estimateEvery: rule.estimateEvery,
            mode: external.masks == nil ? rule.mode : .exact,
            grid: rule.maskGrid, onMiss: rule.onMiss, labels: rule.labels)
    }

    mutating func validate() throws {
        try mask.validate()
        try refuseBesideMasks()
        let hiding = external.masksHide ? "--masks-hide" : "--invert"
        if mask.invert, common.fill?.raisesQP != nil {
            throw ValidationError("--fill qp masks nothing: it cannot go with \(hiding)")
        }
        if mask.invert, common.emit == .packed {
            throw ValidationError(
                "--emit packed cannot go with \(hiding), which hides the subjects")
        }
        if reports.receipt != nil, live.watchControl {
            throw ValidationError(
                "--receipt cannot go with --watch-control, by which a viewer changes the result")
        }
        if reports.certificate != nil, live.watchControl {
            throw ValidationError(
                "--certificate cannot go with --watch-control, by which a viewer changes the result"
            )
        }
        if mask.masksNothing, live.watch || reports.certificate != nil {
            throw ValidationError(
                "--fill qp masks nothing: it cannot go with "
                    + (live.watch ? "--watch" : "--certificate"))
        }
        let hasOutput = common.output != nil || output.outputDir != nil
        if input.segment != nil, reports.receipt == nil, hasOutput || reports.keepAnalysis == nil {
            throw ValidationError(
                "--segment needs --receipt, which tells where the part begins and ends")
        }
        try validateVerification()
        if reports.keepAnalysis != nil { try refuseAnalysis() }
        guard input.table == nil else {
            guard inputs.isEmpty else {
                throw ValidationError("--inputs cannot go with inputs on the command line")
            }
            guard common.output == nil else {
                throw ValidationError("-o cannot go with --inputs, whose column names the outputs")
            }
            return
        }
        guard !inputs.isEmpty else {
            throw ValidationError("missing expected argument '<input> ...'")
        }
        guard task.profile != nil || external.masks != nil else {
            throw ValidationError("missing expected argument '--profile <name>'")
        }
        let hasOtherResult =
            reports.events != nil || reports.report != nil || reports.keepAnalysis != nil
            || checks.dryRun || live.watch
        guard common.output != nil || output.outputDir != nil || hasOtherResult else {
            throw ValidationError(
                "missing -o; it is optional with --output-dir, --events, --report, --keep-analysis, "
                    + "--watch or --dry-run"
            )
        }
        if common.output != nil, output.outputDir != nil {
            throw ValidationError("-o cannot go with --output-dir, which names the outputs itself")
        }
        if common.output != nil, inputs.count > 1 {
            throw ValidationError("-o cannot go with several inputs: use --output-dir")
        }
    }

    /// Refuses a second look where nothing is hidden that could be found, or nothing is written whole.
    private func validateVerification() throws {
        guard checks.verifyWith != nil else { return }
        guard mask.invert else {
            throw ValidationError(
                "--verify-with needs --invert or --masks-hide, which hide what it looks for")
        }
        guard common.emit == .masked else {
            throw ValidationError(
                "--verify-with cannot go with --emit \(common.emit), which shows no masked frames")
        }
        guard input.segment == nil else {
            throw ValidationError("--verify-with cannot go with --segment: verify what is joined")
        }
    }

    /// Refuses an analysis of what is not one input.
    private func refuseAnalysis() throws {
        let others = [
            ("--inputs", input.table != nil), ("--watch-control", live.watchControl),
        ]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError("an analysis cannot go with \(name)")
        }
        if inputs.count > 1 {
            throw ValidationError("an analysis is of one input: analyze each into its own folder")
        }
    }
}
