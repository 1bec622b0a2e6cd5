internal import CFFmpeg
import MaskStream

/// The packets of one part of a masked video, with the times of the whole.
final class PartReader {
    /// How the part was encoded.
    let video: CodedVideo
    private let demuxer: Demuxer
    /// When the part's first frame is shown in the whole; nil where its times are those of the whole.
    private let begins: TimeStamp?
    /// What is added to the part's times, in its ticks; known with its first packet.
    private var offset: Int64?
    /// Packets read ahead, because the container does not say when they are decoded.
    private var waiting: [Packet] = []
    private var isAtEnd = false

    /// Opens a part.
    ///
    /// - Throws: `MaskStreamError` 65 for what is no video, 66 for what cannot be read.
    init(_ path: String, begins: TimeStamp? = nil) throws {
        var options = InputOptions(path)
        options.decoderThreads = 1
        demuxer = try Demuxer(options, interrupt: MediaInterrupt())
        video = try demuxer.codedVideo()
        self.begins = begins
    }

    /// The next packet in decoding order; nil at the end.
    func next() throws -> Packet? {
        if waiting.first?.pointer.pointee.dts ?? noTimestamp == noTimestamp { try readAhead() }
        guard !waiting.isEmpty else { return nil }
        let packet = waiting.removeFirst()
        let offset =
            self.offset ?? begins?.ticks(of: timeBase).minus(packet.pointer.pointee.pts) ?? 0
        self.offset = offset
        packet.shift(by: -offset)
        return packet
    }

    private var timeBase: AVRational { video.facts.timeBase.av }

    /// Reads up to a packet that says when it is decoded, and tells it of those before.
    ///
    /// Matroska and NUT do not say it; FFmpeg finds it out a few packets later.
    private func readAhead() throws {
        while !isAtEnd, waiting.last?.pointer.pointee.dts ?? noTimestamp == noTimestamp {
            guard let packet = try demuxer.nextPacket() else {
                isAtEnd = true
                break
            }
            if packet.stream == demuxer.videoIndex { waiting.append(packet) }
        }
        let known = waiting.last?.pointer.pointee.dts ?? noTimestamp
        let earliest = waiting.map(\.pointer.pointee.pts).min() ?? 0
        let step = max(1, waiting.first?.pointer.pointee.duration ?? 1)
        for (index, packet) in waiting.enumerated() where packet.pointer.pointee.dts == noTimestamp
        {
            let distance = Int64(waiting.count - index - (known == noTimestamp ? 0 : 1))
            packet.pointer.pointee.dts =
                (known == noTimestamp ? earliest : known).minus(step.times(distance))
        }
    }
}

extension Demuxer {
    /// How the masked stream is encoded.
    func codedVideo() throws -> CodedVideo {
        CodedVideo(
            facts: try StreamFacts(context.streamPointers[videoIndex]),
            containers: formatName.split(separator: ",").map(String.init))
    }
}

extension CodedVideo {
    /// Looks at a part of a masked video.
    ///
    /// - Throws: `MaskStreamError` 65 for what is no video, 66 for what cannot be read.
    public init(ofPart path: String) throws {
        self = try Demuxer(InputOptions(path), interrupt: MediaInterrupt()).codedVideo()
    }
}
