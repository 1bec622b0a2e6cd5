/// Which frames cannot be trusted: those after an error, until decoding begins anew.
///
/// Packets are counted as they are sent to the decoder. A frame depends on packets up to its own
/// only, and frames come in display order. A key frame, and the frame that completes a
/// recovery, end the damage of all packets before the one where decoding could begin, for
/// themselves and everything that comes out after them. Frames that were sent behind and came
/// out before depend on what was, and nothing that comes after depends on them.
struct DamageTracker {
    /// How many packets were found damaged.
    private(set) var corruptPackets = 0
    /// Packets whose damage has not reached the frames yet.
    private var faults: Set<Int> = []
    /// Packets whose damage reached the frames, and whether their own frame came out.
    private var reached: [Int: Bool] = [:]
    /// How far a frame's packet may lie behind that of a frame that comes out after it.
    private static let window = 64

    /// Marks a packet as damaged; known only later where the decoder works ahead.
    ///
    /// False where it was marked already.
    @discardableResult
    mutating func fault(at packet: Int) -> Bool {
        guard reached[packet] == nil, faults.insert(packet).inserted else { return false }
        corruptPackets += 1
        return true
    }

    /// Whether any of some packets is marked already.
    func hasFault(in packets: ClosedRange<Int>) -> Bool {
        faults.contains { packets ~= $0 } || reached.keys.contains { packets ~= $0 }
    }

    /// Marks the beginning as damaged: there was no key frame to start from.
    mutating func startWithoutKey() { reached[-1] = false }

    /// Whether the next frame to show is damaged.
    ///
    /// - Parameters:
    ///   - packet: the packet that it came from.
    ///   - begin: the packet where decoding could have begun, so that this frame and all after
    ///     it in display order are right; nil where none is known.
    ///   - isCorrupt: whether the decoder says that its data was damaged.
    mutating func isDamaged(packet: Int, begin: Int?, isCorrupt: Bool) -> Bool {
        if isCorrupt { fault(at: packet) }
        for fault in faults where fault <= packet {
            faults.remove(fault)
            reached[fault] = false
        }
        if let begin {
            reached = reached.filter { fault, cameOut in
                fault >= begin && !(fault > packet && cameOut)
            }
        }
        if reached[packet] != nil { reached[packet] = true }
        if reached.count > Self.window, let last = reached.keys.max() {
            // Of those long past the last one says it all.
            let past = reached.keys.filter { $0 < last - Self.window }.max()
            reached = reached.filter { $0.key >= past ?? .min }
        }
        return !reached.isEmpty
    }
}
