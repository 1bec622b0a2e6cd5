internal import CFFmpeg
import MaskStream

/// Errors that video decoders only log, by the packet they were found in.
///
/// Several decoders conceal broken data and return a picture without any flag; with frame threads
/// H.264 loses the flags that it does set (until FFmpeg 6.1). Their log lines are the one complete
/// sign, and they are made before the broken picture comes out.
enum DecoderFaults {
    private static let faults = Confined<[Int64: Set<Int>]>([:], label: "maskstream.faults")
    private static let counter = Confined<Int64>(0, label: "maskstream.decoders")
    private static let packetBits: Int64 = 40

    /// Lines about things that do not touch the picture's samples.
    private static let harmless = [
        "SEI", "VPS", "VUI", "APP fields", "exceeds max", "ICC", "EXIF", "metadata", "thumbnail",
    ]

    /// A number for a decoder, so that its log lines can be told from others'.
    static func newDecoder() -> Int64 {
        counter.sync { counter in
            counter += 1
            return counter
        }
    }

    /// The mark that a packet carries through its decoder.
    static func mark(decoder: Int64, packet: Int) -> Int64 {
        decoder << packetBits | Int64(packet)
    }

    /// The packet of a mark; nil where the mark is none of this decoder's.
    static func packet(of mark: Int64, decoder: Int64) -> Int? {
        mark >> packetBits == decoder ? Int(mark & ((1 << packetBits) - 1)) : nil
    }

    /// Takes note of a logged error; called from the log on the decoder's own threads.
    static func note(mark: Int64, line: String) {
        guard mark > 0, !harmless.contains(where: { line.contains($0) }) else { return }
        let packet = Int(mark & ((1 << packetBits) - 1))
        faults.sync { _ = $0[mark >> packetBits, default: []].insert(packet) }
    }

    /// Takes the faults found so far in packets up to `packet`.
    static func take(decoder: Int64, through packet: Int) -> Set<Int> {
        faults.sync { faults in
            guard let known = faults[decoder] else { return [] }
            let taken = known.filter { $0 <= packet }
            let left = known.subtracting(taken)
            faults[decoder] = left.isEmpty ? nil : left
            return taken
        }
    }
}
