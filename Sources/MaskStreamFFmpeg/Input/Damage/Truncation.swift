internal import CFFmpeg
import Foundation

/// Whether an input that ended is complete.
struct Truncation {
    /// The declared end; nil where the container does not declare it.
    private let declaredEnd: TimeStamp?
    /// The end of the last packet of any stream.
    private var lastEnd: TimeStamp?
    private var lastIsCorrupt = false

    /// Reads what the container declares.
    ///
    /// The duration is read as an end time or as a length, whichever ends earlier. A duration that
    /// FFmpeg took from the bit rate or from the last bytes declares nothing.
    init(_ context: AVFormatContext) {
        let isDeclared = context.duration_estimation_method == AVFMT_DURATION_FROM_STREAM
        guard context.duration != noTimestamp, context.duration > 0, isDeclared else {
            declaredEnd = nil
            return
        }
        let start = context.start_time == noTimestamp ? 0 : context.start_time
        declaredEnd = TimeStamp(context.duration) + TimeStamp(min(0, start))
    }

    /// Takes note of a packet; attached pictures are not asked.
    mutating func note(_ packet: AVPacket, of stream: AVStream) {
        guard stream.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else { return }
        lastIsCorrupt = packet.flags & AV_PKT_FLAG_CORRUPT != 0
        let time = packet.pts != noTimestamp ? packet.pts : packet.dts
        guard time != noTimestamp else { return }
        let end = TimeStamp(time.plus(max(0, packet.duration)), stream.time_base)
        lastEnd = max(lastEnd ?? end, end)
    }

    /// What is missing, in words; nil where the input is complete.
    ///
    /// `isComplete` is asked where only the declared end speaks against it.
    func finding(unless isComplete: () -> Bool) -> String? {
        if lastIsCorrupt { return "its last packet is cut off" }
        guard let declaredEnd, let lastEnd, declaredEnd - TimeStamp(seconds: 1) > lastEnd,
            !isComplete()
        else { return nil }
        let seconds = { (time: TimeStamp) in String(format: "%.1f", time.seconds) }
        return "it ends at \(seconds(lastEnd)) s, \(seconds(declaredEnd)) s are declared"
    }
}
