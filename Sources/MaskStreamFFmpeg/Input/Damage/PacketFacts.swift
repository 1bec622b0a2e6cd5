internal import CFFmpeg

/// What the bytes of a packet prove about the picture inside, before it is decoded.
struct PacketFacts: Equatable {
    /// Whether it holds neither a part of a picture that is decoded nor a parameter set.
    var hasNoPicture = false
    /// Whether decoding may begin here; nil where the bytes do not say.
    var isRandomAccess: Bool?
    /// The packet where the recovery began that is complete with this packet's picture.
    var recoveryStart: Int?
    /// How many pictures behind this one in display order may be wrong yet where decoding begins
    /// here; nil where no recovery begins, or where ``recoveryStart`` marks its end.
    var recoveryLength: Int?
    /// Whether it holds parameter sets that no decoder can use, and no picture uses them.
    var hasUnusedSets = false
    /// Whether its picture cannot be right, whatever the decoder says: it uses parameter sets that
    /// were refused, or there is not a single start code.
    var isBroken = false
    /// Whether pictures that others refer to are missing since decoding could last begin.
    var isBehindGap = false
    /// Whether it completes the picture of an earlier packet.
    var isSecondField = false
}

/// Reads packets of one stream in the order of decoding.
struct PacketInspector {
    private enum Pictures {
        case h264(H264Pictures, NALUnits)
        case hevc(HEVCPictures, NALUnits)
        /// Every part of a picture begins with a start code.
        case mpeg
        case unknown
    }

    private var pictures = Pictures.unknown

    /// Reads the stream's header.
    init(_ parameters: AVCodecParameters) {
        switch parameters.codec_id {
        case AV_CODEC_ID_H264:
            guard let units = NALUnits(parameters) else { return }
            pictures = .h264(H264Pictures(header: units.header), units)
        case AV_CODEC_ID_HEVC:
            guard let units = NALUnits(parameters) else { return }
            pictures = .hevc(HEVCPictures(header: units.header), units)
        case AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO: pictures = .mpeg
        default: break
        }
    }

    /// What packet `index` proves; what cannot be parsed proves nothing.
    mutating func facts(of packet: AVPacket, index: Int) -> PacketFacts {
        let bytes = UnsafeRawBufferPointer(start: packet.data, count: Int(max(0, packet.size)))
        switch pictures {
        case .h264(var h264, let units):
            let found = units.split(bytes, of: packet)
            let facts = found.map { h264.facts(of: $0, index: index) }
            if facts == nil { h264.forget(mayHoldSets: units.hasStartCodes || packet.hasHeader) }
            pictures = .h264(h264, units)
            return facts ?? PacketFacts()
        case .hevc(var hevc, let units):
            let facts = units.split(bytes, of: packet).map { hevc.facts(of: $0) }
            if facts == nil { hevc.forget() }
            pictures = .hevc(hevc, units)
            return facts ?? PacketFacts()
        case .mpeg:
            let hasCode = bytes.isEmpty || NALUnits.startCode(bytes, from: 0) != nil
            return PacketFacts(isBroken: !hasCode)
        case .unknown: return PacketFacts()
        }
    }
}

extension AVPacket {
    /// Whether a new header comes beside the bytes.
    var hasHeader: Bool {
        (0..<Int(side_data_elems)).contains { side_data[$0].type == AV_PKT_DATA_NEW_EXTRADATA }
    }
}

extension NALUnits {
    /// The units of a packet; nil where its bytes are none, or where others come beside them.
    fileprivate func split(
        _ bytes: UnsafeRawBufferPointer, of packet: AVPacket
    ) -> [UnsafeRawBufferPointer]? {
        packet.hasHeader ? nil : split(bytes)
    }
}
