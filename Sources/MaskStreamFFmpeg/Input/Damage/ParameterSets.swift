/// Which parameter sets a decoder of H.264 or HEVC holds.
///
/// A picture parameter set whose sequence is unknown belongs to another layer, or its sequence was
/// lost: the decoder refuses it and goes on with what it has. That harms no picture, unless one
/// refers to it.
struct ParameterSets<Sequence> {
    private var sequences: [Int: Sequence] = [:]
    /// The sequence of each picture parameter set.
    private var pictures: [Int: Int] = [:]
    private var lost: Set<Int> = []
    /// The bytes of all sets that came before.
    private var seen: Set<[UInt8]> = []
    /// Picture parameter sets of the present packet, and whether a sequence's is there too.
    private var present: Set<Int> = []
    private var hasSequence = false
    /// Whether the present packet holds a set that the decoder cannot use.
    private(set) var hasLost = false
    /// Whether all sets could be read.
    var isReliable = true

    mutating func beginPacket() {
        present = []
        (hasSequence, hasLost) = (false, false)
    }

    mutating func add(sequence id: Int, _ set: Sequence) {
        sequences[id] = set
        hasSequence = true
    }

    /// Whether a unit is one of the sets that came before; takes note of it.
    mutating func isRepeated(_ unit: UnsafeRawBufferPointer) -> Bool {
        // A stream whose sets are all different is none that repeats them.
        guard seen.count < 1000 else { return false }
        return !seen.insert([UInt8](unit)).inserted
    }

    /// Takes note of a sequence's set that the decoder refuses.
    mutating func lose(sequence id: Int) {
        sequences[id] = nil
        hasLost = true
        for (picture, sequence) in pictures where sequence == id { lost.insert(picture) }
    }

    /// Takes note of a picture's set; false where it is refused, as its sequence is unknown.
    @discardableResult
    mutating func add(picture id: Int, sequence: Int) -> Bool {
        guard sequences[sequence] != nil else {
            lost.insert(id)
            hasLost = true
            return false
        }
        pictures[id] = sequence
        lost.remove(id)
        present.insert(id)
        return true
    }

    /// Whether a picture refers to a set that was refused, or whose renewal may have been: what
    /// came with its sequence must be there under its own number.
    func isLost(picture id: Int) -> Bool {
        guard isReliable else { return false }
        return lost.contains(id) || (hasLost && hasSequence && !present.contains(id))
    }

    /// The sequence that a picture parameter set refers to.
    func sequence(of picture: Int) -> Sequence? {
        pictures[picture].flatMap { sequences[$0] }
    }
}
