internal import CFFmpeg
import MaskStream

extension FFmpegSource {
    /// The time of a frame so many seconds from the origin on, in the ticks of frames; nil is the
    /// first frame's.
    func time(_ seconds: Double?) -> TimeStamp {
        reader.sync { $0.time(seconds) } ?? TimeStamp(0)
    }

    /// Hands on the packets of copied streams without decoding a frame; nil reads to the end.
    ///
    /// - Throws: what ``next()`` throws; `MaskStreamError` 65 where the input's clock begins anew.
    func passCopies(before end: TimeStamp?) throws {
        try reader.sync { try $0.passCopies(before: end) }
    }
}

extension ReaderConnection {
    func time(_ seconds: Double?) -> TimeStamp? { reader?.time(seconds) }

    func passCopies(before end: TimeStamp?) throws { try reader?.passCopies(before: end) }
}

extension FrameReader {
    func time(_ seconds: Double?) -> TimeStamp? {
        guard let seconds else { return ahead.first?.pts }
        let time = demuxer.startTime + TimeStamp(seconds: seconds)
        return TimeStamp(time.ticks(of: timeBase), timeBase)
    }

    /// Reads until the masked stream reaches a time.
    func passCopies(before end: TimeStamp?) throws {
        while !isFinished, end.map({ position < $0 }) ?? true {
            guard let packet = try demuxer.nextPacket() else {
                isFinished = true
                try checkClock()
                break
            }
            if packet.stream != demuxer.videoIndex {
                copies.add(packet)
            } else if let time = packet.time(timeBase) {
                position = max(position, time)
            }
        }
        flushCopies(before: nil)
        copies.endFrame()
    }

    /// Where the clock begins anew, times do not tell which part of the input is meant.
    private func checkClock() throws {
        guard demuxer.isClockRestarted else { return }
        throw MaskStreamError(
            .badData, "the input's clock begins anew on the way (\(demuxer.location.name))",
            hint: "its parts cannot be told by their times: mask it in one run")
    }
}
