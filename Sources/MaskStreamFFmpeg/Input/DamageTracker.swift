/// Which pictures cannot be trusted: those after an error, until the next clean key frame.
///
/// Packets are counted as they are sent to the decoder. A picture depends on packets up to its own
/// only, and pictures come in display order, so a key frame whose packet was sent after the error
/// ends the damage for itself and everything that comes out after it.
struct DamageTracker {
    /// How many packets were found damaged.
    private(set) var corruptPackets = 0
    private var faults: Set<Int> = []
    /// The last packet whose damage reached the pictures; nil while they are clean.
    private var damagedSince: Int?

    /// Marks a packet as damaged; known only later where the decoder works ahead.
    mutating func fault(at packet: Int) {
        if faults.insert(packet).inserted, packet >= 0 { corruptPackets += 1 }
    }

    /// Whether any of some packets is marked already.
    func hasFault(in packets: ClosedRange<Int>) -> Bool { faults.contains { packets ~= $0 } }

    /// Marks the beginning as damaged: there was no key frame to start from.
    mutating func startWithoutKey() { damagedSince = -1 }

    /// Whether the next picture to show is damaged.
    mutating func isDamaged(packet: Int, isKey: Bool, isCorrupt: Bool) -> Bool {
        if isCorrupt { fault(at: packet) }
        if let latest = faults.filter({ $0 <= packet }).max() {
            damagedSince = max(damagedSince ?? latest, latest)
            // Earlier faults have had their say; a later fault may still wait for its picture.
            faults = faults.filter { $0 > packet }
        }
        guard let since = damagedSince else { return false }
        if isKey, packet > since { damagedSince = nil }
        return damagedSince != nil
    }
}
