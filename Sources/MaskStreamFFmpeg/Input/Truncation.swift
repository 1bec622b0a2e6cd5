internal import CFFmpeg
import Foundation

/// Whether an input that ended is complete.
struct Truncation {
    /// The declared end in microseconds; nil where the container does not tell it.
    private let declaredEnd: Int64?
    /// The end of the last packet of any stream, in microseconds.
    private var lastEnd: Int64?
    private var lastIsCorrupt = false

    /// Reads what the container declares.
    ///
    /// The duration is read as an end time or as a length, whichever ends earlier. A duration that
    /// FFmpeg guessed from the bit rate declares nothing.
    init(_ context: AVFormatContext) {
        let isGuess = context.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
        guard context.duration != noTimestamp, context.duration > 0, !isGuess else {
            declaredEnd = nil
            return
        }
        let start = context.start_time == noTimestamp ? 0 : context.start_time
        declaredEnd = min(context.duration, context.duration + start)
    }

    /// Takes note of a packet; attached pictures are not asked.
    mutating func note(_ packet: AVPacket, of stream: AVStream) {
        guard stream.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else { return }
        lastIsCorrupt = packet.flags & AV_PKT_FLAG_CORRUPT != 0
        let time = packet.pts != noTimestamp ? packet.pts : packet.dts
        guard time != noTimestamp else { return }
        let microseconds = AVRational(num: 1, den: 1_000_000)
        let end = av_rescale_q(time + max(0, packet.duration), stream.time_base, microseconds)
        lastEnd = max(lastEnd ?? end, end)
    }

    /// What is missing, in words; nil where the input is complete.
    var finding: String? {
        if lastIsCorrupt { return "its last packet is cut off" }
        guard let declaredEnd, let lastEnd, declaredEnd - lastEnd > 1_000_000 else { return nil }
        let seconds = { (time: Int64) in String(format: "%.1f", Double(time) / 1e6) }
        return "it ends at \(seconds(lastEnd)) s, \(seconds(declaredEnd)) s are declared"
    }
}
