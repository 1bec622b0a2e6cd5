internal import CFFmpeg
import MaskStream

extension OutputPlan {
    /// How far all streams move so that the earliest begins at 0, as NUT holds no negative times; nil
    /// where none has to.
    func shift(
        _ packets: [Packet], first: Int64, _ converters: [Int: any PacketConverter]
    ) -> TimeStamp? {
        guard container.isOne(of: "nut") else { return nil }
        var earliest = TimeStamp(first, format.timeBase.av)
        var starts = packets.compactMap { packet in
            let times = [packet.pointer.pointee.pts, packet.pointer.pointee.dts]
            return times.filter { $0 != noTimestamp }.min().map {
                (index: Int(packet.pointer.pointee.stream_index), ticks: $0)
            }
        }
        if input?.trimStart == 0 {
            // What lies further behind in the file comes later.
            starts += streams.copied.compactMap { index in
                input?.facts(index)?.firstIndexed.map { (index, $0) }
            }
        }
        for (index, start) in starts {
            guard let facts = input?.facts(index) else { continue }
            var ticks = start
            if let encoder = converters[index]?.encoder.pointee, encoder.initial_padding > 0 {
                // What an encoder puts in front of the sound lies before it.
                let padding = TimeStamp(Int64(encoder.initial_padding) + 1, encoder.time_base)
                ticks = ticks.minus(padding.ticks(of: facts.timeBase.av) + 1)
            }
            earliest = min(earliest, TimeStamp(ticks, facts.timeBase.av))
        }
        guard earliest.ticks < 0 else { return nil }
        return TimeStamp(-earliest.ticks, earliest.timeBase)
    }

    /// Says how far all streams were moved.
    func warning(of shift: TimeStamp) -> MediaWarning {
        let seconds = (shift.seconds * 1_000_000).rounded() / 1_000_000
        return MediaWarning(
            "shifted_times",
            "NUT holds no negative times: all streams start \(seconds) s later")
    }
}
