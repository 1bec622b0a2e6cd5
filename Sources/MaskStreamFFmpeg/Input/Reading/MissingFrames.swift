import Foundation
import MaskStream

/// Frames that never come out of the decoder: their packets are damaged and gave none.
///
/// Only what was found damaged is counted. Many packets rightly show nothing of their own: hidden
/// frames, second fields, placeholders, leading frames where decoding begins.
struct MissingFrames {
    /// Some frames in a row.
    struct Gap: Equatable {
        /// When the first and the last would be shown, nil where unknown.
        var first: TimeStamp?
        var last: TimeStamp?
        var count = 0
    }

    /// How many packets may be under way in a decoder.
    private static let window = 128
    /// How many gaps are listed one by one.
    private static let limit = 100

    private var waiting: [Int: (time: TimeStamp?, isDamaged: Bool)] = [:]
    /// What is missing for sure, in the order of packets.
    private(set) var gaps: [Gap] = []
    private var lastMissing: Int?
    /// The greatest time of a frame that came.
    private var lastCame: TimeStamp?

    /// Takes note of a packet that goes into the decoder and should give a frame of its own.
    mutating func sent(_ packet: Int, time: TimeStamp?) {
        waiting[packet] = (time, false)
        guard waiting.count > 2 * Self.window else { return }
        settle { index, _ in index < packet - Self.window }
    }

    /// Takes note of damage in a packet.
    mutating func fault(at packet: Int) { waiting[packet]?.isDamaged = true }

    /// Takes note of a packet's frame.
    mutating func came(_ packet: Int) {
        guard let time = waiting.removeValue(forKey: packet)?.time else { return }
        lastCame = max(lastCame ?? time, time)
    }

    /// Counts what can come no more when the reading has ended.
    ///
    /// - Parameter isDrained: whether the decoder has given everything, too.
    /// - Returns: whether frames are missing that would have been shown after all others.
    mutating func finish(isDrained: Bool) -> Bool {
        let isBehind = { [lastCame] (time: TimeStamp) in lastCame.map { time > $0 } ?? true }
        settle { _, time in isDrained || time.map { !isBehind($0) } ?? false }
        return isDrained && gaps.contains { $0.last.map(isBehind) ?? false }
    }

    private mutating func settle(_ isOver: (Int, TimeStamp?) -> Bool) {
        for (packet, entry) in waiting.sorted(by: { $0.key < $1.key })
        where isOver(packet, entry.time) {
            waiting[packet] = nil
            guard entry.isDamaged else { continue }
            if gaps.isEmpty || (lastMissing != packet - 1 && gaps.count < Self.limit) {
                gaps.append(Gap())
            }
            lastMissing = packet
            var gap = gaps.removeLast()
            gap.first = [gap.first, entry.time].compactMap { $0 }.min()
            gap.last = [gap.last, entry.time].compactMap { $0 }.max()
            gap.count += 1
            gaps.append(gap)
        }
    }
}

extension FrameReader {
    /// Says how many frames never came out and where; a missing end is a failure.
    func noteMissing() {
        let (gaps, isEnd) = decoder.finishMissing(isDrained: isDraining)
        guard !gaps.isEmpty else { return }
        let count = gaps.reduce(0) { $0 + $1.count }
        let name = demuxer.location.name
        let places = gaps.prefix(3).map(place).joined(separator: ", ")
        let more = gaps.count > 3 ? " and \(gaps.count - 3) more places" : ""
        counts.missingFrames = count
        let sum = count == 1 ? "1 frame is" : "\(count) frames are"
        warn(
            MediaWarning(
                "missing_frames",
                "\(sum) missing: the input's data cannot be decoded \(places)\(more) (\(name))"))
        guard isEnd, failure == nil, !demuxer.location.isLive else { return }
        failure = MaskStreamError(
            .badData, "input is damaged: its last frames cannot be decoded (\(name))",
            hint: "get a complete copy of the input; what is there was processed")
    }

    private func place(_ gap: MissingFrames.Gap) -> String {
        let seconds = { [shift] (time: TimeStamp) in
            String(format: "%.3f", (shift.map { time - $0 } ?? time).seconds)
        }
        guard let first = gap.first, let last = gap.last else { return "somewhere" }
        return first == last
            ? "at \(seconds(first)) s" : "from \(seconds(first)) to \(seconds(last)) s"
    }
}
