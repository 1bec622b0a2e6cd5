import ArgumentParser
import MaskStream
import MaskStreamFFmpeg

/// The options that say what is read.
struct InputArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Begin here: seconds or HH:MM:SS.mmm.", valueName: "time"))
    var start: Seconds?

    @Option(help: ArgumentHelp("End before this time.", valueName: "time"))
    var end: Seconds?

    @Option(help: ArgumentHelp("Stop after so many frames, 1 or more.", valueName: "n"))
    var frames: Count?

    @Option(
        help: ArgumentHelp(
            "Mask this part alone, to be joined later: from the first scene boundary at or after A "
                + "to the first at or after B, or to the end.", valueName: "A-[B]"))
    var segment: Segment?

    @Option(
        help: ArgumentHelp(
            "Begin a new scene, as at a cut, at every multiple of this time from the first frame on.",
            valueName: "seconds"))
    var sceneLimit: Seconds?

    @Option(help: ArgumentHelp("Which video stream, counted from 0.", valueName: "n"))
    var videoStream: Int?

    @Flag(help: "Include the subfolders of a folder.")
    var recursive = false

    @Option(
        name: .customLong("inputs"),
        help: ArgumentHelp(
            "A CSV file of inputs with the columns input, output, profile and options.",
            valueName: "file"), completion: .file())
    var table: String?

    @Option(
        help: ArgumentHelp("FFmpeg's name of the input format, as rawvideo.", valueName: "name"))
    var inputFormat: String?

    @Option(help: ArgumentHelp("An option for FFmpeg's demuxer.", valueName: "k=v"))
    var inputOption: [KeyValue] = []

    @Option(help: ArgumentHelp("Size of raw or camera frames, as 640x480.", valueName: "WxH"))
    var size: FrameSize?

    @Option(help: ArgumentHelp("Rate of raw or camera frames, above 0.", valueName: "N[/D]"))
    var rate: FrameRate?

    @Option(
        help: ArgumentHelp("FFmpeg's pixel format of raw or camera frames.", valueName: "name"))
    var pixFmt: String?

    @Option(
        help: ArgumentHelp(
            "Override the colour matrix: bt601, bt709 or bt2020.", valueName: "name"),
        completion: .list(["bt601", "bt709", "bt2020"]))
    var colorspace: String?

    @Option(
        help: ArgumentHelp("Override the range: limited or full.", valueName: "name"),
        completion: .list(["limited", "full"]))
    var range: String?

    @Option(
        help: ArgumentHelp(
            "Decode on hardware: cuda, vaapi or qsv; auto takes one that is known to hide no damage, "
                + "which none is so far.", valueName: "name"),
        completion: .list(HardwareRequest.allCases.map(\.rawValue)))
    var hwaccel = HardwareRequest.none

    mutating func validate() throws {
        if let end, end.value <= start?.value ?? 0 {
            throw ValidationError("--end must lie after \(start == nil ? "0" : "--start")")
        }
        let cuts = [("--start", start != nil), ("--end", end != nil), ("--frames", frames != nil)]
        if segment != nil, let (name, _) = cuts.first(where: \.1) {
            throw ValidationError("--segment cannot go with \(name)")
        }
        if let sceneLimit, sceneLimit.value == 0 {
            throw ValidationError("--scene-limit is above 0")
        }
        if let videoStream, videoStream < 0 {
            throw ValidationError("--video-stream counts from 0")
        }
        guard range == nil || range == "limited" || range == "full" else {
            throw ValidationError("--range is limited or full")
        }
    }

    /// Refuses options for folders where no input is one.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func check(_ inputs: [String]) throws {
        guard recursive, !inputs.contains(where: { FileIdentity($0)?.isFolder == true }) else {
            return
        }
        throw MaskStreamError(
            .usage,
            "--recursive means nothing to this input (\(withoutCredentials(inputs.first ?? "")))",
            hint: "it is for folders: remove it")
    }

    /// Where scenes of a video begin.
    var scenes: SceneBoundaries { SceneBoundaries(limit: sceneLimit?.value) }

    /// The options as the library takes them, for a file, URL or device.
    func options(_ location: String, strict: Bool = false) -> InputOptions {
        var options = InputOptions(location)
        options.format = inputFormat
        options.options = inputOption.map { ($0.key, $0.value) }
        options.size = size.map { ($0.width, $0.height) }
        options.rate = rate?.value
        options.pixelFormat = pixFmt
        options.start = start?.value
        options.end = end?.value
        options.frameLimit = frames?.value
        options.videoStream = videoStream
        options.colorspace = colorspace
        options.range = range.map { $0 == "full" ? .full : .limited }
        options.isRecursive = recursive
        options.isStrict = strict
        options.hardware = hwaccel
        return options
    }
}
