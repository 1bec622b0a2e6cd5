/// What NAL units of HEVC (23008-2) say about pictures and what they need.
struct HEVCPictures {
    /// Bytes of a picture parameter set, at most; slices that look like one are longer.
    private static let longestSet = 64

    private var sets = ParameterSets<Void>()
    private var videoSets: Set<Int> = []
    /// Whether a video parameter set declares layers, of which decoders decode the first.
    private var hasLayers = false

    init(header: [[UInt8]]) {
        for unit in header {
            unit.withUnsafeBytes { unit in
                guard let first = unit.first else { return }
                _ = read(unit, type: Int(first >> 1 & 63))
            }
        }
        sets.beginPacket()
    }

    /// Forgets which parameter sets there are, behind a packet that cannot be read.
    mutating func forget() { sets.isReliable = false }

    mutating func facts(of units: [UnsafeRawBufferPointer]) -> PacketFacts {
        var facts = PacketFacts()
        var (isEmpty, hasSlice, isMalformed) = (true, false, false)
        sets.beginPacket()
        for unit in units {
            let type = unit.isEmpty ? 63 : Int(unit[0] >> 1 & 63)
            let isFirstLayer = unit.count > 1 && unit[0] & 1 == 0 && unit[1] >> 3 == 0
            switch type {
            case 0...31 where isFirstLayer:
                (isEmpty, hasSlice) = (false, true)
                readSlice(unit, type: type, into: &facts)
            case 32...34 where isFirstLayer:
                let isHarmless = read(unit, type: type)
                isEmpty = isEmpty && isHarmless
            case 39, 40:
                let messages = SEIMessages(unit, isHEVC: true)
                isEmpty = isEmpty && messages.isWhole
                if let recovery = messages.recovery, recovery.isExact {
                    facts.recoveryLength = max(0, recovery.count)
                }
            default:
                let isNoPicture = isFirstLayer ? isNoPicture(unit, type: type) : hasLayers
                isEmpty = isEmpty && isNoPicture
                // What looks like another layer, or the end of a sequence and is more, decoders
                // leave out silently.
                isMalformed = isMalformed || (type < 39 && !isNoPicture)
            }
        }
        facts.hasNoPicture = isEmpty
        if isMalformed, !hasSlice { facts.isBroken = true }
        facts.hasUnusedSets = sets.isReliable && sets.hasLost && !facts.isBroken
        return facts
    }

    /// Whether a unit is one that decoders leave out, and no slice whose type was damaged.
    private func isNoPicture(_ unit: UnsafeRawBufferPointer, type: Int) -> Bool {
        switch type {
        case 35: unit.count == 3
        case 36, 37: unit.count == 2
        case 38: unit.dropFirst(2).allSatisfy { $0 == 255 || $0 == 128 }
        default: false
        }
    }

    private func readSlice(
        _ unit: UnsafeRawBufferPointer, type: Int, into facts: inout PacketFacts
    ) {
        var reader = NALBits(unit, behind: 2)
        let isFirst = reader.bit() == 1
        let isIRAP = 16...23 ~= type
        if isIRAP { reader.skip(1) }
        if sets.isLost(picture: reader.ue()) { facts.isBroken = true }
        if isFirst { facts.isRandomAccess = isIRAP }
    }

    /// Reads a parameter set; whether it changes nothing: it came before, or it is refused.
    private mutating func read(_ unit: UnsafeRawBufferPointer, type: Int) -> Bool {
        var reader = NALBits(unit, behind: 2)
        let isRepeated = sets.isRepeated(unit)
        switch type {
        case 32:
            videoSets.insert(reader.bits(4))
            reader.skip(2)
            if reader.bits(6) > 0 { hasLayers = true }
        case 33:
            let video = reader.bits(4)
            let id = Self.sequenceID(&reader)
            if reader.isOverrun || id > 15 { sets.isReliable = false }
            if videoSets.contains(video) {
                sets.add(sequence: id, ())
            } else {
                sets.lose(sequence: id)
            }
        case 34:
            let (id, sequence) = (reader.ue(), reader.ue())
            if reader.isOverrun || id > 63 { sets.isReliable = false }
            let isRefused = !sets.add(picture: id, sequence: sequence)
            return isRepeated || (isRefused && unit.count <= Self.longestSet)
        default: break
        }
        return isRepeated
    }

    /// Skips `profile_tier_level` (7.3.3) and reads `sps_seq_parameter_set_id`.
    private static func sequenceID(_ reader: inout NALBits) -> Int {
        let layers = reader.bits(3)
        reader.skip(1 + 88 + 8)
        guard layers > 0 else { return reader.ue() }
        let flags = (0..<layers).map { _ in (reader.bit() == 1, reader.bit() == 1) }
        reader.skip(2 * (8 - layers))
        for (hasProfile, hasLevel) in flags {
            reader.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0))
        }
        return reader.ue()
    }
}
