internal import CFFmpeg
import MaskStream

extension FrameReader {
    /// The first frames of the wanted interval, one or two; none where there is none.
    ///
    /// Seeks to a key frame well before it. Where that lands too late or between key frames, or
    /// where frames have no timestamps, it goes back further, at last to the beginning.
    ///
    /// - Parameter holds: whether a frame that is on screen as the interval begins is one of them.
    func firstWanted(holds: Bool = true) throws -> [TimedFrame] {
        guard let start = interval.start else {
            return try nextTimed().map { interval.isBehind($0.pts) ? [] : [$0] } ?? []
        }
        for margin in [0.5, 10, 60] where demuxer.hasTimes {
            let target = start - TimeStamp(seconds: margin)
            guard target > demuxer.videoStart, demuxer.seek(to: target) else { break }
            rewind()
            guard let first = try nextTimed() else { continue }
            let wanted = try framesFrom(start, after: first, holds: holds)
            if interval.isBefore(first.pts), clock.missing == 0, let frame = wanted.first?.frame,
                !frame.isDamaged
            {
                return wanted
            }
        }
        if clock.hasStarted, demuxer.seekToBeginning() { rewind() }
        guard let first = try nextTimed() else { return [] }
        guard demuxer.hasTimes else {
            let own = InputInterval(options, startTime: first.pts)
            interval = own
            return try framesFrom(own.start ?? start, after: first, holds: holds)
        }
        return try framesFrom(start, after: first, holds: holds)
    }

    /// The first frame from a moment on, after the one on screen at that moment where it comes
    /// much later: no sound is to be lost.
    private func framesFrom(
        _ start: TimeStamp, after first: TimedFrame, holds: Bool
    ) throws -> [TimedFrame] {
        var (shown, next) = (TimedFrame?.none, TimedFrame?.some(first))
        while let frame = next, interval.isBefore(frame.pts) {
            shown = frame
            next = try nextTimed()
        }
        let wanted = next.flatMap { interval.isBehind($0.pts) ? nil : $0 }
        let frames = [wanted].compactMap { $0 }
        guard holds, let shown, wanted.map({ isLate($0, after: start) }) ?? true else {
            return frames
        }
        let end = wanted?.pts ?? shown.pts + TimeStamp(shown.duration, timeBase)
        let begin = self.begin(start)
        guard begin < end else { return frames }
        let held = TimedFrame(
            frame: shown.frame, pts: begin, duration: (end - begin).ticks,
            captured: shown.captured)
        return [held] + frames
    }

    /// Whether so much time lies before the first frame that other streams must not wait for it.
    func isLate(_ frame: TimedFrame, after start: TimeStamp) -> Bool {
        frame.pts - TimeStamp(seconds: 0.1) > start
    }

    /// The first tick of the masked stream at or after a moment.
    func begin(_ start: TimeStamp) -> TimeStamp {
        let nearest = TimeStamp(start.ticks(of: timeBase), timeBase)
        return nearest < start ? TimeStamp(nearest.ticks.plus(1), timeBase) : nearest
    }

    /// Goes on with the first frame from a moment on, by the clock of `--start`; times stay.
    ///
    /// With 0 it is the first of all. False where the input cannot seek; then nothing changed.
    func skip(to seconds: Double) throws -> Bool {
        guard demuxer.hasTimes, demuxer.isSeekable, demuxer.seekToBeginning() else { return false }
        rewind()
        interval.start = seconds > 0 ? demuxer.startTime + TimeStamp(seconds: seconds) : nil
        ahead = try firstWanted(holds: false)
        (delivered, lastShape, isFinished) = (0, nil, false)
        return true
    }

    private func rewind() {
        decoder.flush()
        copies.clear()
        clock = FrameClock()
        isDraining = false
        failure = nil
    }

    /// The next frame with its time; nil at the end of the stream.
    func nextTimed() throws -> TimedFrame? {
        guard let frame = try nextDecoded() else { return nil }
        var duration = min(max(0, ms_frame_duration(frame.pointer)), TimeStamp.limit)
        if duration == 0 {
            let rate = demuxer.video.avg_frame_rate
            if rate.num > 0, rate.den > 0 {
                duration = TimeStamp(1, AVRational(num: rate.den, den: rate.num)).ticks(
                    of: timeBase)
            }
        }
        let pts = clock.stamp(frame.pts, duration: duration)
        let time = TimeStamp(pts, timeBase)
        guard time.isPossible else {
            failure = demuxer.impossibleTime(time)
            return nil
        }
        return TimedFrame(
            frame: frame, pts: time, duration: duration,
            captured: demuxer.location.isLive ? captureTime(of: frame) : nil)
    }

    /// When a camera's buffer was filled, by its time stamp; else now.
    ///
    /// Video4Linux stamps buffers with the clock that counts since the start, as most drivers do.
    private func captureTime(of frame: MediaFrame) -> UInt64 {
        let now = Uptime.now
        guard demuxer.location.isCamera, let pts = frame.pts else { return now }
        let stamp = UInt64(clamping: TimeStamp(pts, timeBase).ticks(of: TimeStamp.nanoseconds))
        return stamp <= now && Uptime.seconds(from: stamp, to: now) < 10 ? stamp : now
    }

    /// The next frame in display order; nil at the end of the stream.
    private func nextDecoded() throws -> MediaFrame? {
        while true {
            if let frame = try decoder.receive() { return frame }
            if isDraining { return nil }
            if options.isStrict, decoder.corruptPackets > 0 { throw strictFailure() }
            guard let packet = try readPacket() else {
                try decoder.send(nil)
                isDraining = true
                continue
            }
            if packet.stream != demuxer.videoIndex {
                copies.add(packet)
                if demuxer.location.isLive { passLiveCopies() }
            } else if demuxer.isWhole(packet) {
                readTags(packet)
                try decoder.send(try newest(packet), isWanted: isWanted(packet))
            }
        }
    }

    /// Lets sound go on where frames have stopped, and bounds what waits for the first one.
    private func passLiveCopies() {
        if delivered > 0, options.frameLimit == nil {
            flushCopies(before: nil)
        } else {
            copies.keepNewest(10_000)
        }
    }

    private func isWanted(_ packet: Packet) -> Bool {
        guard let time = packet.time(timeBase) else { return true }
        return !interval.isBefore(time) && !interval.isBehind(time)
    }

    /// Reads what the first packet of an image, which is its file, holds beside the pixels.
    private func readTags(_ packet: Packet) {
        guard delivered == 0, imageTags == nil, demuxer.mayBeImage else { return }
        let codec = codecs[demuxer.videoIndex]
        if codec == AV_CODEC_ID_APNG {
            // The demuxer takes the file apart; what is before the first frame lies here.
            let parameters = demuxer.video.codecpar.pointee
            let header = UnsafeBufferPointer(
                start: parameters.extradata, count: Int(parameters.extradata_size))
            let file = [UInt8](repeating: 0, count: 8) + header
            imageTags = file.withUnsafeBytes { ImageTags($0, codec: codec) }
        } else {
            let file = UnsafeRawBufferPointer(
                start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size))
            imageTags = ImageTags(file, codec: codec)
        }
    }

    /// The next packet; nil at the end, whose cause is kept for after the last frame.
    private func readPacket() throws -> Packet? {
        let refused = demuxer.refusedPackets
        defer { if refused == 0, demuxer.refusedPackets > 0 { warn(demuxer.refusal) } }
        do { return try demuxer.nextPacket() } catch {
            failure = error
            return nil
        }
    }

    /// A camera's newest frame; the older ones that wait with it are skipped.
    private func newest(_ packet: Packet) throws -> Packet {
        guard options.skipsLateFrames, decoder.isIntraOnly else { return packet }
        var packet = packet
        while let newer = try demuxer.waitingPacket() {
            packet = newer
            counts.skipped += 1
        }
        return packet
    }

    /// Reads on behind the last wanted frame until the copied streams have reached its end.
    func finishCopies() throws {
        while !copies.areComplete {
            guard let packet = try demuxer.nextPacket() else { return }
            if packet.stream != demuxer.videoIndex {
                copies.add(packet)
                copies.drop(behind: interval, timeBases: timeBases)
            } else if let time = packet.time(timeBase) {
                // Streams lie within a second of each other: sparse ones may end here.
                if interval.isBehind(time - TimeStamp(seconds: 1)) { return }
            }
        }
    }

    /// Counts a damaged frame, says the first, and ends a strict run.
    func noteDamage() throws {
        if options.isStrict { throw strictFailure() }
        counts.damagedFrames += 1
        guard counts.damagedFrames == 1 else { return }
        warn(
            MediaWarning(
                "damaged",
                "the input is damaged at frame \(delivered): frames are masked whole until a clean "
                    + "key frame or a completed recovery (\(demuxer.location.name))"))
    }

    private func strictFailure() -> MaskStreamError {
        MaskStreamError(
            .badData, "the input is damaged near frame \(delivered) (\(demuxer.location.name))",
            hint: "without --strict damaged frames are masked completely")
    }

    /// Why not one frame came.
    func noFrame() -> MaskStreamError {
        let name = demuxer.location.name
        if demuxer.interrupt.isStopped {
            return MaskStreamError(.inputOutput, "stopped before the first frame (\(name))")
        }
        if options.start != nil || options.end != nil {
            let end = options.end.map { "to \($0) s" } ?? "on"
            return MaskStreamError(
                .badData, "there is no frame from \(options.start ?? 0) s \(end) (\(name))",
                hint: "the input may be shorter: check --start and --end")
        }
        if demuxer.isAnimatedWebP {
            return MaskStreamError(
                .badData,
                "this FFmpeg (\(String(cString: av_version_info()))) reads no animated WebP (\(name))",
                hint: "convert it to GIF, APNG or a video first, as ImageMagick does")
        }
        return MaskStreamError(
            .badData, "no frame could be decoded (\(name))",
            hint: "check that the input plays and is complete")
    }
}
