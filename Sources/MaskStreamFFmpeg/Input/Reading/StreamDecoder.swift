internal import CFFmpeg
import MaskStream

/// The masked stream's decoder: on a device where that was asked for and works, else in software.
///
/// A device is on trial until its first frame has come out whole. Where it does not, all that was
/// sent goes to a decoder in software, as if nothing had been tried.
final class StreamDecoder {
    private typealias Sent = (packet: Packet?, isWanted: Bool)

    private var decoder: Decoder
    private let openSoftware: () throws -> Decoder
    private let name: String
    private let warn: WarningReport
    private let isAutomatic: Bool
    /// What a device on trial was sent; nil where none is.
    private var trial: [Sent]?
    /// What the decoder in software is to be sent again.
    private var again: ArraySlice<Sent> = []
    /// Where frames are decoded, once the first has come; nil where nothing but software was asked for.
    private(set) var place: DecodingPlace?
    /// After so many packets without a frame a device has failed.
    private static let patience = 256

    /// Opens the decoder of an input's masked stream.
    ///
    /// - Throws: `MaskStreamError` 65 where FFmpeg has no decoder for the stream, 69 where a device
    ///   that was asked for is not there.
    init(_ demuxer: Demuxer, options: InputOptions, warn: @escaping WarningReport) throws {
        let (stream, isLive) = (demuxer.video, demuxer.location.isLive)
        let name = demuxer.location.name
        func open(_ hardware: HardwareDecoder?) throws -> Decoder {
            try Decoder(
                stream, options: options, isLive: isLive, name: name, hardware: hardware)
        }
        let choice = try DecoderChoice(
            options.hardware,
            refusal: HardwareDecoder.refusal(of: stream, isImage: demuxer.mayBeImage),
            proven: HardwareKind.proven
        ) { HardwareDecoder(stream.codecpar.pointee.codec_id, on: try .open($0)) }
        (self.name, self.warn) = (name, warn)
        isAutomatic = options.hardware == .auto
        openSoftware = { try open(nil) }
        switch choice {
        case .software(let reason):
            decoder = try open(nil)
            reason.map(useSoftware)
        case .trial(let hardware):
            FFmpegLog.begin()
            do {
                decoder = try open(hardware)
                place = DecodingPlace(kind: hardware.device.kind)
                trial = []
            } catch let error as MaskStreamError {
                decoder = try open(nil)
                useSoftware(because: error.message)
            }
        }
    }

    /// Whether every frame stands for itself.
    var isIntraOnly: Bool { decoder.isIntraOnly }

    /// How many packets were damaged so far.
    var corruptPackets: Int { decoder.corruptPackets }

    /// What never came out, and whether that was the end; asked when the reading has ended.
    func finishMissing(isDrained: Bool) -> (gaps: [MissingFrames.Gap], isEnd: Bool) {
        decoder.finishMissing(isDrained: isDrained)
    }

    /// Gives the decoder a packet, or the end of the stream as nil; ``receive()`` must have
    /// returned nil before.
    ///
    /// - Parameter isWanted: whether its frame will be missed where none comes.
    func send(_ packet: Packet?, isWanted: Bool = true) throws {
        trial?.append((packet, isWanted))
        try decoder.send(packet, isWanted: isWanted)
    }

    /// The next frame, in the program's memory; nil where the decoder needs another packet or has
    /// ended.
    ///
    /// - Throws: `MaskStreamError` 70 where a frame cannot be brought from the device.
    func receive() throws -> MediaFrame? {
        if let sent = trial { return try receive(onTrial: sent) }
        while true {
            if let frame = try decoder.receive() { return try brought(frame) }
            guard let next = again.popFirst() else { return nil }
            try decoder.send(next.packet, isWanted: next.isWanted)
        }
    }

    /// Forgets everything sent so far, after a seek.
    func flush() {
        decoder.flush()
        if trial != nil { trial = [] }
        again = []
    }

    private func receive(onTrial sent: [Sent]) throws -> MediaFrame? {
        let problem: String
        do {
            if let frame = try decoder.receive() {
                if frame.isOnDevice, !frame.isDamaged {
                    let frame = try frame.downloaded()
                    succeed()
                    return frame
                }
                problem =
                    frame.isOnDevice ? "the first frame is damaged" : "the stream is not taken"
            } else if decoder.corruptPackets > 0 {
                problem = "the first frame failed"
            } else if sent.count >= Self.patience || (sent.last.map { $0.packet == nil } ?? false) {
                problem = "no frame came out"
            } else {
                return nil
            }
        } catch {
            problem = (error as? MaskStreamError)?.message ?? "\(error)"
        }
        let said = FFmpegLog.takeLastLine().map { " [\($0)]" } ?? ""
        decoder = try openSoftware()
        useSoftware(because: "\(place?.name ?? ""): \(problem)\(said)")
        (trial, again) = (nil, sent[...])
        return try receive()
    }

    /// The device decodes from here on.
    private func succeed() {
        trial = nil
        guard let kind = place?.kind, !kind.isProven else { return }
        warn(
            MediaWarning(
                "reduced_damage_detection",
                "damage detection reduced: \(kind) decodes, which is untested and might hide damage "
                    + "(\(name))"))
    }

    private func useSoftware(because reason: String) {
        place = DecodingPlace(reason: reason)
        guard !isAutomatic else { return }
        warn(MediaWarning("software_decoder", "decoded in software: \(reason) (\(name))"))
    }

    private func brought(_ frame: MediaFrame) throws -> MediaFrame {
        guard frame.isOnDevice else { return frame }
        do { return try frame.downloaded() } catch let error as FFmpegError {
            throw MaskStreamError(
                .software,
                "a frame cannot be brought from \(place?.name ?? "the device"): \(error)",
                hint: "use --hwaccel none", underlying: error)
        }
    }
}
