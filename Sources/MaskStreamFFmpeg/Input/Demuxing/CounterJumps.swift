internal import CFFmpeg

/// Where the counters of a transport stream's packets jump.
///
/// FFmpeg marks the frame that a jump ends as damaged, or the one before it. Where streams were
/// put together, or cut into segments, counters start anew and nothing is lost.
struct CounterJumps {
    /// How many notes are kept; they are asked for soon after they were made.
    private static let limit = 1000
    /// Bytes of a transport packet, at least and at most.
    private static let packetSizes: ClosedRange<Int64> = 188...204
    private var notes: [DemuxerFaults.PacketNote] = []

    /// Takes note of what a demuxer said.
    mutating func add(_ more: [DemuxerFaults.PacketNote]) {
        guard !more.isEmpty else { return }
        notes = (notes + more).suffix(Self.limit)
    }

    /// Before which packets of a stream a counter starts anew; nil where something is lost too.
    ///
    /// Every jump has to lie where one of the packets begins, and to lead to zero or come together
    /// with one of the table that every part of a transport stream begins with. Whether the
    /// frame before it is whole, its decoder sees.
    ///
    /// - Parameter positions: where the marked packet and those after it begin, in bytes.
    /// - Returns: which of the packets begin with new counters, by their places in `positions`.
    func beginnings(among positions: [Int64]) -> [Int]? {
        guard let first = positions.first, let last = positions.last, first >= 0,
            zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        let range = first + Self.packetSizes.upperBound + 1...last + Self.packetSizes.upperBound
        let near = notes.filter { range ~= $0.position }
        guard !near.contains(where: { $0.identifier == nil }) else { return nil }
        let found = positions.indices.dropFirst().filter { index in
            near.contains { Self.packetSizes ~= $0.position - positions[index] }
        }
        let jumps = near.filter { note in
            found.contains { Self.packetSizes ~= note.position - positions[$0] }
        }
        guard let stream = jumps.first?.identifier,
            !near.contains(where: { $0.identifier == stream && !jumps.contains($0) }),
            jumps.allSatisfy({ $0.counter == 0 }) || near.contains(where: { $0.identifier == 0 })
        else { return nil }
        return found
    }

    /// Where a stream's counter jumps: within the data between two beginnings of packets, and with
    /// the second of them.
    func jumps(
        of stream: Int, from begin: Int64, to next: Int64
    ) -> (within: Bool, atNext: Bool) {
        let ends = notes.filter { ($0.identifier ?? stream) == stream }.map(\.position)
        return (
            ends.contains { begin + Self.packetSizes.upperBound < $0 && $0 <= next },
            ends.contains { Self.packetSizes ~= $0 - next }
        )
    }

    /// Whether anything was found behind a position.
    func reach(behind position: Int64) -> Bool {
        notes.last.map { $0.position > position } ?? false
    }
}

extension Demuxer {
    /// Says of a packet of the masked stream whether it is damaged, where its transport stream's
    /// counters say more than FFmpeg's mark; reads on to see.
    ///
    /// The mark comes with the frame before the one that is hurt, or is lost at the beginning.
    func judgeMark(of packet: Packet) {
        let begin = packet.pointer.pointee.pos
        guard ["mpegts", "hls"].contains(formatName), jumps.reach(behind: begin) else { return }
        let all = [packet] + nextOfVideo(packet.isMarked ? 2 : 1, behind: packet)
        guard all.count > 1 else { return }
        let positions = all.map(\.pointer.pointee.pos)
        let begins = jumps.beginnings(among: positions) ?? []
        let areHarmless = !begins.isEmpty && begins.allSatisfy { canBegin(with: all[$0]) }
        if areHarmless { packet.isMarked = false }
        guard formatName == "mpegts" else { return }
        let found = jumps.jumps(of: Int(video.id), from: begin, to: positions[1])
        if found.within { packet.isNearLoss = true }
        if found.atNext, !(areHarmless && begins.contains(1)) {
            (packet.isNearLoss, all[1].isNearLoss) = (true, true)
        }
    }

    /// Reads one more packet; what was lost before it may have taken the end of the last one along.
    func readAhead(behind last: Packet) {
        foundLoss = false
        ahead.append(Result { try readPacket() })
        if foundLoss, last.stream == videoIndex { last.isNearLoss = true }
    }

    /// The next packets of the masked stream, fewer at the end; they stay to be handed out.
    private func nextOfVideo(_ count: Int, behind packet: Packet) -> [Packet] {
        var (last, index) = (packet, 0)
        var found: [Packet] = []
        while found.count < count {
            if index == ahead.count { readAhead(behind: last) }
            guard case .success(let next?) = ahead[index] else { break }
            if next.stream == videoIndex { found.append(next) }
            (last, index) = (next, index + 1)
        }
        return found
    }

    private func canBegin(with packet: Packet) -> Bool {
        var inspector = PacketInspector(video.codecpar.pointee)
        return inspector.facts(of: packet.pointer.pointee, index: 0).isRandomAccess
            ?? (packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0)
    }
}
