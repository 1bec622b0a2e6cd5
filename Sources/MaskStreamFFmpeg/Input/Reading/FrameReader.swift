internal import CFFmpeg
import MaskStream

/// Demuxer, decoder and clock in one line: the state behind ``FFmpegSource``.
///
/// Packets are read and decoded in `FrameReader+Decoding.swift`; here frames are delivered.
final class FrameReader {
    /// The open input.
    let demuxer: Demuxer
    let options: InputOptions
    let warn: WarningReport
    let decoder: StreamDecoder
    /// Seconds per tick of every stream.
    let timeBases: [AVRational]
    /// The codec of every stream.
    let codecs: [AVCodecID]
    var copies: CopiedPackets
    var interval: InputInterval
    var clock = FrameClock()
    var isDraining = false
    /// What ended the reading; thrown after the last good frame.
    var failure: (any Error)?
    var counts = InputStatistics()
    /// How many frames were delivered, those of an earlier connection included.
    var delivered = 0
    /// What all frames have in common, once ``start()`` has run.
    var format: FrameFormat?
    /// The display matrix, once ``start()`` has run; nil where there is none.
    private(set) var matrix: [Int32]?
    /// What the first frame declares, once ``start()`` has run.
    private(set) var hdr10 = HDR10(nil)
    /// The first frame's side data that is passed on, once ``start()`` has run.
    private(set) var sideData: [SideData] = []
    /// What an image's file says, once its packet was read; goes with the first frame.
    var imageTags: ImageTags?
    private var filter = SideDataFilter()
    /// The first frame's own time code, once ``start()`` has run.
    private(set) var timecode: String?
    var shaper: FrameShaper?
    /// Decoded and timed, not yet delivered.
    var ahead: [TimedFrame] = []
    /// What is subtracted from all times.
    var shift: TimeStamp?
    /// The last delivered frame's time in the output's ticks, and when it was taken.
    var last: (pts: Int64, captured: UInt64)?
    /// What an earlier connection counted.
    var earlier = InputStatistics()
    var lastShape: (Int, Int, AVPixelFormat)?
    private var saidAspect = false
    private var saidColor = false
    var isFinished = false
    /// How far the masked stream was read where nothing is decoded.
    var position = TimeStamp(-TimeStamp.furthest)

    /// Opens the input and its decoder.
    init(
        _ options: InputOptions, interrupt: MediaInterrupt, warn: @escaping WarningReport
    ) throws {
        let options = try options.settledForCamera()
        self.options = options
        self.warn = warn
        demuxer = try Demuxer(options, interrupt: interrupt)
        timeBases = demuxer.context.streamPointers.map(\.pointee.time_base)
        codecs = demuxer.context.streamPointers.map(\.pointee.codecpar.pointee.codec_id)
        copies = CopiedPackets(codecs, isLive: demuxer.location.isLive)
        decoder = try StreamDecoder(demuxer, options: options, warn: warn)
        interval = InputInterval(options, startTime: demuxer.startTime)
    }

    /// Lets go of the device or connection; nothing can be read afterwards.
    func close() { demuxer.close() }

    /// What is subtracted from all times, in microseconds.
    var shiftMicroseconds: Int64 { shift?.ticks(of: TimeStamp.microseconds) ?? 0 }

    /// Ticks of the masked stream.
    var timeBase: AVRational { timeBases[demuxer.videoIndex] }

    /// What was counted so far.
    var statistics: InputStatistics {
        var counts = counts
        counts.corrupt = decoder.corruptPackets + demuxer.refusedPackets
        counts.missingTimes = clock.missing
        counts.nonIncreasingTimes = clock.nonIncreasing
        return counts + earlier
    }

    /// Decodes the first wanted frame and settles what all frames have in common.
    ///
    /// - Throws: `MaskStreamError` 65 where there is no frame.
    func start() throws {
        ahead = try firstWanted()
        guard let first = ahead.first else { throw failure ?? noFrame() }
        if demuxer.location.isCamera { shift = first.pts }
        if let start = interval.start {
            let waits = codecs.count > 1 && isLate(first, after: start)
            shift = waits ? begin(start) : first.pts
        }
        let stream = demuxer.context.streamPointers[demuxer.videoIndex]
        let shaper = try FrameShaper(
            first: first.frame, stream: stream.pointee.codecpar.pointee, options: options,
            warn: warn)
        // What cannot be converted fails now, before an output exists.
        let buffer = try shaper.buffer(of: first.frame)
        self.shaper = shaper
        let rate = Self.rate(demuxer.context, stream)
        matrix = Self.displayMatrix(of: stream, frame: first.frame)
        format = FrameFormat(
            width: first.frame.width, height: first.frame.height, pixelFormat: shaper.layout,
            color: shaper.outputColor,
            sampleAspect: sampleAspect(of: first.frame) ?? Rational(1, 1),
            orientation: ImageTags.orientation(
                imageTags, codec: stream.pointee.codecpar.pointee.codec_id)
                ?? Self.orientation(matrix: matrix, frame: first.frame, warn: warn),
            timeBase: Rational(stream.pointee.time_base),
            frameRate: rate)
        if format?.orientation.transposes == true {
            imageTags?.turnDensity()
        }
        format?.fields = Self.fields(stream, first.frame)
        hdr10.adopt(first.frame.pointer)
        sideData = filter.kept(of: first.frame.fields, warn: warn)
        timecode = Timecode.of(first.frame.pointer, rate: rate)
        if ms_frame_has_hdr10_plus(first.frame.pointer) != 0 {
            warn(
                MediaWarning(
                    "dropped_hdr10_plus",
                    "HDR10+ metadata is dropped: it describes each frame as it was"))
        }
        format?.hasFewColors = try shaper.hasFewColors(first.frame, buffer)
        if let change = format.flatMap(options.changes) { warn(change) }
    }

    /// The order of fields: the first frame knows best, as containers' headers are often wrong.
    private static func fields(
        _ stream: UnsafeMutablePointer<AVStream>, _ frame: MediaFrame
    ) -> FrameFormat.Fields {
        if ms_frame_is_interlaced(frame.pointer) != 0 {
            return ms_frame_is_top_first(frame.pointer) != 0 ? .topFirst : .bottomFirst
        }
        switch stream.pointee.codecpar.pointee.field_order {
        case AV_FIELD_TT, AV_FIELD_TB: return .topFirst
        case AV_FIELD_BB, AV_FIELD_BT: return .bottomFirst
        default: return .progressive
        }
    }

    /// The declared rate; else one frame a tick, where a tick is as long as a frame's time.
    ///
    /// Wraps `av_guess_frame_rate`, which knows no rate of raw frames from a pipe.
    private static func rate(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>
    ) -> Rational {
        let declared = av_guess_frame_rate(context, stream, nil)
        if declared.num > 0, declared.den > 0 { return Rational(declared) }
        let tick = Rational(stream.pointee.time_base)
        return tick.value >= 1 / 240.0 ? Rational(tick.den, tick.num) : Rational(0, 0)
    }

    /// Whether the input has no second frame; looks ahead.
    func hasOneFrame() throws -> Bool {
        if ahead.count < 2, let second = try nextTimed() { ahead.append(second) }
        return ahead.count < 2
    }

    /// The next frame of the wanted interval; nil at its end.
    func next() throws -> Frame? {
        guard !isFinished, let shaper, let format else { return nil }
        copies.settle()
        if let found = try nextWanted() {
            if found.frame.isDamaged { try noteDamage() }
            let buffer = try shaper.buffer(of: found.frame)
            let end = found.pts + TimeStamp(max(1, found.duration), timeBase)
            if delivered + 1 == options.frameLimit { interval.close(at: end) }
            flushCopies(before: options.frameLimit == nil ? nil : end)
            let beginsScene = startsScene(found.frame)
            let extras = FrameExtras(
                sideData: filter.kept(of: found.frame.fields, warn: warn),
                tags: delivered == 0 ? imageTags : nil)
            copies.endFrame()
            delivered += 1
            let pts = outputTime(found.pts.ticks.minus(shift?.ticks ?? 0))
            let time = Double(pts) * format.timeBase.value
            noteAspect(of: found.frame, at: time, format)
            noteColor(shaper.mislabels, at: time)
            if let captured = found.captured { last = (pts, captured) }
            return Frame(
                format: format, pts: pts, duration: outputTime(found.duration),
                isDamaged: found.frame.isDamaged, beginsScene: beginsScene,
                file: options.file, captured: found.captured,
                attachments: extras.isEmpty ? nil : extras, buffer: buffer)
        }
        isFinished = true
        noteMissing()
        if !isDraining { try finishCopies() }
        flushCopies(before: nil)
        if let failure { throw failure }
        return nil
    }

    /// The shape of a frame's samples, as the container or else the frame says; nil where neither does.
    ///
    /// Wraps `av_guess_sample_aspect_ratio`.
    private func sampleAspect(of frame: MediaFrame) -> Rational? {
        let stream = demuxer.context.streamPointers[demuxer.videoIndex]
        let aspect = av_guess_sample_aspect_ratio(demuxer.context, stream, frame.pointer)
        return aspect.num > 0 && aspect.den > 0 ? Rational(aspect) : nil
    }

    /// Says once that frames are shown in another shape than the first.
    private func noteAspect(of frame: MediaFrame, at time: Double, _ format: FrameFormat) {
        guard !saidAspect, let aspect = sampleAspect(of: frame) else { return }
        func shape(_ width: Int, _ height: Int, _ aspect: Rational) -> Double {
            Double(width) * aspect.value / Double(height)
        }
        let (own, first) = (
            shape(frame.width, frame.height, aspect),
            shape(format.width, format.height, format.sampleAspect)
        )
        // Other sizes come with aspects that are rounded.
        guard aspect.value != format.sampleAspect.value, abs(own / first - 1) > 0.01 else { return }
        saidAspect = true
        warn(
            MediaWarning(
                "aspect_changed",
                "the sample aspect ratio changes from \(format.sampleAspect) to \(aspect) at "
                    + "\(time.rounded(places: 2)) s: the output keeps the first, so that later "
                    + "frames are shown distorted"))
    }

    /// Says once that frames are passed on under the first frame's colour tags, which are not theirs.
    private func noteColor(_ mislabels: [String], at time: Double) {
        guard !saidColor, !mislabels.isEmpty else { return }
        saidColor = true
        warn(
            MediaWarning(
                "color_changed",
                "the colour tags change at \(time.rounded(places: 2)) s "
                    + "(\(mislabels.joined(separator: ", "))): the output keeps the first, and later "
                    + "frames are not converted, so that they are shown in wrong colours"))
    }

    /// Whether a frame has another size or format than the one before it, or is the first after the
    /// input was lost: then nothing before it counts.
    private func startsScene(_ frame: MediaFrame) -> Bool {
        let shape = (frame.width, frame.height, frame.format)
        defer { lastShape = shape }
        guard let lastShape else { return delivered > 0 }
        return shape != lastShape
    }

    /// Ticks of this connection in those of the first one.
    private func outputTime(_ ticks: Int64) -> Int64 {
        guard let format else { return ticks }
        return TimeStamp(ticks, timeBase).ticks(of: format.timeBase.av)
    }

    private func nextWanted() throws -> TimedFrame? {
        if let limit = options.frameLimit, delivered >= limit { return nil }
        while let next = try ahead.isEmpty ? nextTimed() : ahead.removeFirst() {
            if interval.isBehind(next.pts) { return nil }
            if !interval.isBefore(next.pts) { return next }
        }
        return nil
    }

    /// Hands on the copied packets that belong before the next frame.
    func flushCopies(before end: TimeStamp?) {
        copies.flush(limit: end, shift: shift, interval: interval, timeBases: timeBases)
    }
}

/// A decoded frame with its repaired time, in ticks of its stream.
struct TimedFrame {
    let frame: MediaFrame
    let pts: TimeStamp
    /// How long it is shown, in ticks; 0 where unknown.
    let duration: Int64
    /// When it was taken or arrived, in nanoseconds of the uptime clock; nil in files.
    let captured: UInt64?
}
