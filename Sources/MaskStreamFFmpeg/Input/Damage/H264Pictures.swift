/// What NAL units of H.264 (14496-10) say about pictures, their order and what they need.
///
/// It follows what a decoder knows: parameter sets, and `frame_num` of the pictures that others
/// refer to. Slices are read up to `bottom_field_flag`.
struct H264Pictures {
    /// Bytes of a picture parameter set, at most; slices that look like one are longer.
    private static let longestSet = 64

    private var sets = ParameterSets<H264SequenceSet>()
    /// Whether there is another layer or view, whose units the decoder leaves out.
    private var hasLayers = false
    /// `frame_num` of the last picture that others refer to.
    private var reference: Int?
    private var isBehindGap = false
    /// Recoveries on their way: where they began, and the `frame_num` that completes them.
    private var recoveries: [(start: Int, target: Int)] = []
    /// Whether sequence parameter sets may have changed unseen.
    private var isStale = false
    /// A first field whose second one may follow.
    private var field: (number: Int, isBottom: Bool)?

    init(header: [[UInt8]]) {
        for unit in header {
            unit.withUnsafeBytes { unit in
                guard let first = unit.first else { return }
                _ = read(unit, type: Int(first & 31))
            }
        }
        sets.beginPacket()
    }

    /// Forgets what packets said about each other, behind one that cannot be read.
    ///
    /// - Parameter mayHoldSets: whether it may have held parameter sets.
    mutating func forget(mayHoldSets: Bool) {
        sets.isReliable = false
        isStale = isStale || mayHoldSets
        (reference, field, recoveries) = (nil, nil, [])
    }

    mutating func facts(of units: [UnsafeRawBufferPointer], index: Int) -> PacketFacts {
        var facts = PacketFacts()
        var (isEmpty, hasSlice, isMalformed) = (true, false, false)
        var recovery: SEIMessages.Recovery?
        sets.beginPacket()
        for unit in units {
            guard let first = unit.first else { continue }
            let type = Int(first & 31)
            switch type {
            case 1, 2, 5:
                (isEmpty, hasSlice) = (false, true)
                readSlice(unit, type: type, index: index, recovery: recovery, into: &facts)
            case 6:
                let messages = SEIMessages(unit, isHEVC: false)
                isEmpty = isEmpty && messages.isWhole
                recovery = messages.recovery ?? recovery
            case 7, 8:
                let isHarmless = read(unit, type: type)
                isEmpty = isEmpty && isHarmless
            case 13, 15: hasLayers = true
            default:
                let isNoPicture = isNoPicture(unit, type: type)
                isEmpty = isEmpty && isNoPicture
                // What looks like the end of a sequence and is more, decoders leave out silently.
                isMalformed = isMalformed || (9...11 ~= type && !isNoPicture)
            }
        }
        facts.hasNoPicture = isEmpty
        if isMalformed, !hasSlice { facts.isBroken = true }
        facts.hasUnusedSets = sets.isReliable && sets.hasLost && !facts.isBroken
        facts.isBehindGap = isBehindGap
        return facts
    }

    /// Whether a unit is one that decoders leave out, and no slice whose type was damaged.
    private func isNoPicture(_ unit: UnsafeRawBufferPointer, type: Int) -> Bool {
        switch type {
        case 9: unit.count == 2
        case 10, 11: unit.count == 1
        case 12: unit.dropFirst().allSatisfy { $0 == 255 || $0 == 128 }
        case 14, 19, 20, 21: hasLayers
        default: false
        }
    }

    /// Reads a parameter set; whether it changes nothing: it came before, or it is refused.
    private mutating func read(_ unit: UnsafeRawBufferPointer, type: Int) -> Bool {
        var reader = NALBits(unit, behind: 1)
        let isRepeated = sets.isRepeated(unit)
        if type == 7 {
            let (id, set) = H264SequenceSet.read(&reader)
            if reader.isOverrun || id > 31 { sets.isReliable = false }
            isStale = reader.isOverrun
            sets.add(sequence: id, set)
        } else if type == 8 {
            let (id, sequence) = (reader.ue(), reader.ue())
            if reader.isOverrun || id > 255 { sets.isReliable = false }
            let isRefused = !sets.add(picture: id, sequence: sequence)
            return isRepeated || (isRefused && unit.count <= Self.longestSet)
        } else if type == 13 || type == 15 {
            hasLayers = true
        }
        return isRepeated
    }

    private mutating func readSlice(
        _ unit: UnsafeRawBufferPointer, type: Int, index: Int, recovery: SEIMessages.Recovery?,
        into facts: inout PacketFacts
    ) {
        var reader = NALBits(unit, behind: 1)
        let isFirst = reader.ue() == 0
        _ = reader.ue()
        let picture = reader.ue()
        if sets.isLost(picture: picture) { facts.isBroken = true }
        guard isFirst else { return }
        guard !isStale, let sequence = sets.sequence(of: picture), !reader.isOverrun else {
            (reference, field, recoveries) = (nil, nil, [])
            return
        }
        if sequence.hasSeparatePlanes { reader.skip(2) }
        let number = reader.bits(sequence.frameNumberBits)
        let isField = !sequence.isFrameOnly && reader.bit() == 1
        let isBottom = isField && reader.bit() == 1
        if let field, isField, field.number == number, field.isBottom != isBottom {
            self.field = nil
            facts.isSecondField = facts.isRandomAccess == nil
        } else {
            field = isField ? (number, isBottom) : nil
            facts.isRandomAccess = begin(
                number, sequence, isIDR: type == 5, index: index, recovery: recovery)
        }
        guard (unit.first ?? 0) & 0x60 != 0 else { return }
        reference = number
        if let start = recoveries.last(where: { $0.target == number })?.start {
            facts.recoveryStart = start
        }
        if !isField || facts.isSecondField { recoveries.removeAll { $0.target == number } }
    }

    /// Takes note of a new picture; whether decoding may begin with it.
    private mutating func begin(
        _ number: Int, _ sequence: H264SequenceSet, isIDR: Bool, index: Int,
        recovery: SEIMessages.Recovery?
    ) -> Bool {
        let count = 1 << sequence.frameNumberBits
        if isIDR || recovery?.count == 0 {
            (isBehindGap, recoveries) = (false, [])
            return true
        }
        if let reference, number != reference, number != (reference + 1) % count,
            !sequence.allowsGaps
        {
            (isBehindGap, recoveries) = (true, [])
        }
        if let recovery, recovery.isExact, recovery.count < count {
            recoveries.append((index, (number + recovery.count) % count))
        }
        return false
    }
}

/// The beginning of a sequence parameter set (7.3.2.1.1).
struct H264SequenceSet {
    /// Bits of `frame_num`.
    var frameNumberBits = 4
    var allowsGaps = false
    var isFrameOnly = true
    var hasSeparatePlanes = false

    private static let highProfiles: Set<Int> = [
        100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
    ]

    static func read(_ reader: inout NALBits) -> (id: Int, set: H264SequenceSet) {
        var set = H264SequenceSet()
        let profile = reader.bits(8)
        reader.skip(16)
        let id = reader.ue()
        if highProfiles.contains(profile) {
            let chroma = reader.ue()
            if chroma == 3 { set.hasSeparatePlanes = reader.bit() == 1 }
            (_, _) = (reader.ue(), reader.ue())
            reader.skip(1)
            if reader.bit() == 1 {
                for list in 0..<(chroma == 3 ? 12 : 8) where reader.bit() == 1 {
                    skipScalingList(&reader, size: list < 6 ? 16 : 64)
                }
            }
        }
        set.frameNumberBits = min(16, reader.ue() + 4)
        let orderType = reader.ue()
        if orderType == 0 {
            _ = reader.ue()
        } else if orderType == 1 {
            reader.skip(1)
            (_, _) = (reader.se(), reader.se())
            for _ in 0..<min(255, reader.ue()) { _ = reader.se() }
        }
        _ = reader.ue()
        set.allowsGaps = reader.bit() == 1
        (_, _) = (reader.ue(), reader.ue())
        set.isFrameOnly = reader.bit() == 1
        return (id, set)
    }

    private static func skipScalingList(_ reader: inout NALBits, size: Int) {
        var (last, next) = (8, 8)
        for _ in 0..<size {
            if next != 0 { next = (last + reader.se() + 256) % 256 }
            if next != 0 { last = next }
        }
    }
}
