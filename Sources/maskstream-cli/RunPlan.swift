import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// One run, settled before anything is opened: the profile, the input's kind and the wishes.
struct RunPlan {
    let arguments: RunCommand
    let profile: Profile
    let device: InferenceDevice
    let isFolder: Bool
    /// The classes that are shown; nil shows every subject.
    let classes: Set<Int>?
    /// The labels that are right, where the user knows them.
    let truth: LabelTrack?

    /// Reads the profile and looks at what the input is.
    init(_ arguments: RunCommand) throws {
        self.arguments = arguments
        profile = try Profile(folder: ProfileFinder.standard.folder(of: arguments.mask.profile))
        classes = try arguments.mask.classes(profile)
        truth = try arguments.mask.truth(profile)
        device = try InferenceDevice.named(arguments.options.device)
        var isDirectory: ObjCBool = false
        isFolder =
            FileManager.default.fileExists(
                atPath: arguments.input.input, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// Runs to the end and gives the exit status.
    func execute() throws -> Int32 {
        isFolder ? try executeFolder() : try executeStream()
    }

    // MARK: Streams

    private func executeStream() throws -> Int32 {
        let interrupt = InputInterrupt()
        let reporter = Reporter(arguments.options.progress)
        let source = try FFmpegSource(
            arguments.input.options(strict: arguments.options.strict), interrupt: interrupt,
            warn: reporter.warn)
        reporter.expect(duration: source.duration)
        let relay = PacketRelay()
        let streams = source.streams
        let outputOptions = outputOptions(inputs: [arguments.input.input])
        let turns =
            try source.format.orientation != .upright
            && !(outputOptions.map { try FFmpegSink.keepsOrientation($0, input: streams) } ?? true)
        if turns {
            reporter.warn(
                MediaWarning(
                    "turned", "the output cannot tell how to turn its pictures: they are turned"))
        }
        let format = turns ? UprightSource(source).format : source.format
        let settings = arguments.mask.settings(
            profile, isolatesFrames: source.isPicture, isLive: source.isLive)
        let parts = try self.parts(format: format, settings: settings, isLive: source.isLive)
        let written = RenderStage.outputFormat(
            format, emit: arguments.mask.emit, fill: arguments.mask.fill(profile))
        let sink = try outputOptions.map {
            try FFmpegSink(
                $0, format: written, input: streams, relay: relay,
                isDryRun: arguments.options.dryRun, report: reporter.warn)
        }
        if let sink {
            source.copy(streams: sink.streams.copied, through: relay)
            if sink.acceptsOneFrame, !source.isPicture {
                reporter.warn(
                    MediaWarning("first_frame", "the output is one picture: the first frame's"))
            }
        }
        warnOfWishes(reporter)
        let announcement = device.announcement(threads: threads)
        if arguments.options.dryRun {
            DryRun(plan: self, source: source, sink: sink, device: announcement).print()
            return 0
        }
        let record = try RunRecord(
            self, format: source.format, lookahead: settings.lookahead, device: announcement)
        let lines = sink.map { sink in
            ["\(sink.encoderName) in \(sink.containerName), \(announcement)"]
                + sink.streams.entries.filter { $0.action == .drop }.map(\.description)
        }
        return try Run(
            plan: self, reporter: reporter, about: lines ?? [announcement]
        ).execute(
            source: Self.source(source, turned: turns, first: sink?.acceptsOneFrame == true),
            sink: Self.sink(sink), parts: parts, record: record, lookahead: settings.lookahead,
            isLive: source.isLive, isolates: source.isPicture,
            interrupt: source.interrupt, corrupt: { source.statistics.corrupt })
    }

    private static func source(
        _ source: FFmpegSource, turned: Bool, first: Bool
    ) -> sending any FrameSource {
        let upright: any FrameSource = turned ? UprightSource(source) : source
        return first ? FirstFrame(upright) : upright
    }

    private static func sink(_ sink: consuming FFmpegSink?) -> any FrameSink {
        if let sink { return sink }
        return NoSink()
    }

    // MARK: Folders of pictures

    private func executeFolder() throws -> Int32 {
        let reporter = Reporter(arguments.options.progress)
        let source = try PictureFolderSource(
            folder: arguments.input.input,
            options: arguments.input.options(strict: arguments.options.strict),
            warn: reporter.warn)
        let (names, format) = (source.names, source.format)
        let settings = arguments.mask.settings(profile, isolatesFrames: true)
        let parts = try self.parts(format: format, settings: settings, isLive: false)
        let announcement = device.announcement(threads: threads)
        let output = outputOptions(inputs: [])
        let emit = arguments.mask.emit
        let sink = try output.map {
            try PictureFolderSink(
                $0, names: names, isDryRun: arguments.options.dryRun,
                report: reporter.warn)
        }
        warnOfWishes(reporter)
        if arguments.options.dryRun {
            print("\(names.count) pictures in \(arguments.input.input), emit \(emit.rawValue)")
            return 0
        }
        let record = try RunRecord(self, format: format, lookahead: 0, device: announcement)
        return try Run(plan: self, reporter: reporter, about: [announcement])
            .execute(
                source: source, sink: sink.map { $0 as any FrameSink } ?? NoSink(), parts: parts,
                record: record, lookahead: 0, isLive: false, isolates: true, interrupt: {},
                corrupt: { 0 })
    }

    // MARK: What both have in common

    var threads: Int { arguments.options.threads?.value ?? 1 }

    private func outputOptions(inputs: [String]) -> OutputOptions? {
        arguments.output.output.map {
            var options = arguments.output.options(
                destination: $0, inputs: inputs, inverts: arguments.mask.invert)
            let emit = arguments.mask.emit
            options.needsAlpha =
                arguments.mask.fill(profile) == .transparent
                && (emit == .masked || emit == .overlay)
            return options
        }
    }

    /// The stages with their models, each on a queue of its own.
    private func parts(
        format: FrameFormat, settings: MaskStage.Settings, isLive: Bool
    ) throws -> [Pipeline.Part] {
        let estimator = try profile.estimator(format: format, threads: threads, device: device)
        var parts = [
            Pipeline.Part("estimate", EstimateStage(estimator: estimator, isLive: isLive)),
            Pipeline.Part("mask", MaskStage(settings: settings)),
        ]
        if let primary = profile.primary, !arguments.mask.invert {
            let session = try primary.session(threads: threads, device: device)
            parts.append(
                Pipeline.Part(
                    "primary",
                    PrimaryStage(
                        model: try OnnxClassifier(spec: primary, session: session),
                        interval: Double(primary.interval),
                        // A class is shown for what was seen of it lately, not earlier.
                        skip: classes == nil ? primary.skip : 0, truth: truth)))
        }
        if let classes {
            let stage = ClassStage(
                classes: classes, hold: Double(profile.mask.hold), settings: settings)
            parts.append(Pipeline.Part("classes", stage))
        }
        parts.append(
            Pipeline.Part(
                "render",
                RenderStage(emit: arguments.mask.emit, fill: arguments.mask.fill(profile))))
        return parts
    }

    private func warnOfWishes(_ reporter: Reporter) {
        if arguments.mask.invert, arguments.mask.fill(profile).isTranslucent {
            reporter.warn(
                MediaWarning(
                    "weak_fill",
                    "blur and pixelate hide less than a solid fill: faces stay traceable"))
        }
        if classes != nil, let interval = profile.primary?.interval, interval > profile.mask.hold {
            reporter.warn(
                MediaWarning(
                    "short_hold",
                    "a verdict counts for \(profile.mask.hold) s (mask.hold), the primary runs "
                        + "every \(interval) s (primary.interval): in between all is masked"))
        }
    }
}

extension ProfileFinder {
    /// Where this program looks for profiles.
    static var standard: ProfileFinder {
        ProfileFinder(
            environment: ProcessInfo.processInfo.environment, program: "/proc/self/exe")
    }
}

/// A source that ends after its first frame, for outputs that hold one picture.
struct FirstFrame: FrameSource {
    private var source: any FrameSource
    private var isDone = false

    init(_ source: any FrameSource) { self.source = source }

    var format: FrameFormat { source.format }

    mutating func next() throws -> Frame? {
        guard !isDone else { return nil }
        isDone = true
        return try source.next()
    }
}

/// A sink for runs that write events alone.
struct NoSink: FrameSink {
    mutating func write(_ frame: borrowing Frame) throws {}
    mutating func finish() throws {}
    mutating func abandon() throws {}
}
