internal import CFFmpeg
import MaskStream

/// What a decoder's log line means for its packet's frame.
struct LineKinds: OptionSet {
    let rawValue: Int
    /// Unknown, so damage.
    static let fault = LineKinds(rawValue: 1)
    /// A parameter set is refused: harmless where no frame refers to it.
    static let lostSet = LineKinds(rawValue: 2)
    /// A frame that is to be let go of is not there, or one too many is: harmless where all
    /// frames came that others refer to.
    static let marking = LineKinds(rawValue: 4)
    /// A packet gave no frame, harmless where it holds none; H.264 returns an error, too.
    static let noPicture = LineKinds(rawValue: 8)

    /// Lines about what does not touch a frame's samples.
    private static let harmless = [
        // Supplemental information: captions, timing, hashes' headers, film grain's description.
        "SEI", "in buffering period", "recovery_frame_cnt",
        // Dolby Vision's metadata; decoders export and do not apply it.
        "RPU",
        // Timing, aspect and colour tags behind a sequence parameter set, which stays in use.
        "VUI",
        // A video parameter set is only asked for by number; see `lostSet` for a missing one.
        "Overread VPS", "likely oversized VPS",
        // Profiles, camera data and previews beside a frame.
        "APP fields", "ICC", "EXIF", "thumbnail",
    ]

    private static let known: [(String, LineKinds)] = [
        ("no frame!", .noPicture),
        ("sps_id", .lostSet),
        ("mmco: unref short failure", .marking),
        ("exceeds max (", .marking),
    ]

    /// What a line of the level error says.
    init(of line: String) {
        if Self.harmless.contains(where: { line.contains($0) }) {
            self = []
        } else if let (_, kind) = Self.known.first(where: { line.contains($0.0) }) {
            self = kind
        } else if line.contains("PS "), line.contains(" does not exist") {
            self = .lostSet
        } else {
            self = .fault
        }
    }

    init(rawValue: Int) { self.rawValue = rawValue }
}

/// Errors that video decoders only log, by the packet they were found in.
///
/// Several decoders conceal broken data and return a frame without any flag; with frame threads
/// H.264 loses the flags that it does set (until FFmpeg 6.1). Their log lines are the one complete
/// sign, and they are made before the broken frame comes out.
enum DecoderFaults {
    private static let faults = Confined<[Int64: [Int: LineKinds]]>(
        [:], label: "maskstream.faults")
    private static let counter = Confined<Int64>(0, label: "maskstream.decoders")
    private static let packetBits: Int64 = 40
    /// No address has this bit, so that a decoder of others is not taken for one of ours.
    private static let ours: Int64 = 1 << 62

    /// A number for a decoder, so that its log lines can be distinguished from others'.
    static func newDecoder() -> Int64 {
        counter.sync { counter in
            counter += 1
            return counter
        }
    }

    /// The mark that a packet carries through its decoder.
    static func mark(decoder: Int64, packet: Int) -> Int64 {
        ours | decoder << packetBits | Int64(packet)
    }

    /// The packet of a mark; nil where the mark is none of this decoder's.
    static func packet(of mark: Int64, decoder: Int64) -> Int? {
        guard mark & ours != 0, (mark ^ ours) >> packetBits == decoder else { return nil }
        return Int(mark & ((1 << packetBits) - 1))
    }

    /// Takes note of a logged error; called from the log on the decoder's own threads.
    static func note(mark: Int64, line: String) {
        guard mark > 0, mark & ours != 0 else { return }
        let kinds = LineKinds(of: line)
        guard !kinds.isEmpty else { return }
        let packet = Int(mark & ((1 << packetBits) - 1))
        faults.sync {
            $0[(mark ^ ours) >> packetBits, default: [:]][packet, default: []].formUnion(kinds)
        }
    }

    /// Takes what was logged so far of packets up to `packet`.
    static func take(decoder: Int64, through packet: Int) -> [Int: LineKinds] {
        faults.sync { faults in
            guard let known = faults[decoder] else { return [:] }
            let taken = known.filter { $0.key <= packet }
            let left = known.filter { $0.key > packet }
            faults[decoder] = left.isEmpty ? nil : left
            return taken
        }
    }
}
