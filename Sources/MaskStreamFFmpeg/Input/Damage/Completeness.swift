internal import CFFmpeg

/// Whether an input's own tables and bytes show that all of it was read, whatever length it declares.
///
/// A length may be wrong, and that of a list of chapters may be longer than what it lists. Where
/// neither table nor bytes say, the length decides (``Truncation``).
struct Completeness {
    /// For each stream the byte at which its last packet began.
    private var lastPositions: [Int64]
    /// Whether the demuxer said that something is wrong.
    var foundFault = false

    init(streamCount: Int) { lastPositions = Array(repeating: -1, count: streamCount) }

    /// Takes note of a packet.
    mutating func note(_ packet: AVPacket) {
        let index = Int(packet.stream_index)
        guard packet.pos >= 0, lastPositions.indices.contains(index) else { return }
        lastPositions[index] = packet.pos
    }

    /// Looks at an input that has ended; it can be read on afterwards.
    func isShown(by context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        guard !foundFault, let name = context.pointee.iformat.pointee.name,
            let bytes = FileBytes(context.pointee.pb)
        else { return false }
        defer { bytes.goBack() }
        return switch String(cString: name) {
        case "mov,mp4,m4a,3gp,3g2,mj2": hasReadTables(of: context) && bytes.holdWholeMovie
        case "matroska,webm": bytes.wereAllRead && bytes.holdWholeSegment
        case "flv": bytes.wereAllRead && bytes.endWithWholeTag
        case "avi": bytes.holdWholeRIFF
        default: false
        }
    }

    /// Whether the last sample of every stream was read.
    ///
    /// Wraps `avformat_index_get_entry`.
    private func hasReadTables(of context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        zip(context.streamPointers, lastPositions).allSatisfy { stream, position in
            guard stream.pointee.discard.rawValue < AVDISCARD_ALL.rawValue,
                stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
            else { return true }
            let count = avformat_index_get_entries_count(stream)
            guard count > 0, let last = avformat_index_get_entry(stream, count - 1) else {
                return true
            }
            return position >= last.pointee.pos
        }
    }
}

/// The bytes of an input that has ended, looked at for the sizes that its parts declare.
private struct FileBytes {
    private let io: UnsafeMutablePointer<AVIOContext>
    private let size: Int64
    private let position: Int64

    /// Wraps `avio_size`; nil where the input cannot go back.
    init?(_ io: UnsafeMutablePointer<AVIOContext>?) {
        guard let io, io.pointee.seekable & AVIO_SEEKABLE_NORMAL != 0 else { return nil }
        let size = avio_size(io)
        guard size > 0 else { return nil }
        self.io = io
        self.size = size
        position = ms_tell(io)
    }

    /// Goes back to where the demuxer stood.
    func goBack() { avio_seek(io, position, SEEK_SET) }

    /// Whether the demuxer stood at the end.
    var wereAllRead: Bool { position >= size }

    /// MP4: no fragments, which tables list as they come, or the list of them that ends a file.
    var holdWholeMovie: Bool {
        var (place, hasFragments, last) = (Int64(0), false, UInt32(0))
        while let head = number(at: place, bytes: 4), let kind = number(at: place + 4, bytes: 4) {
            let length = head == 1 ? number(at: place + 8, bytes: 8) : head
            guard let length, length >= 8, length <= UInt64(size - place) else { break }
            last = UInt32(kind)
            hasFragments = hasFragments || last == Self.tag("moof")
            place += Int64(length)
        }
        return !hasFragments || last == Self.tag("mfra") && place == size
    }

    /// Matroska: the segment's declared size lies inside the file.
    var holdWholeSegment: Bool {
        guard number(at: 0, bytes: 4) == 0x1A45_DFA3, let header = element(at: 4),
            number(at: header, bytes: 4) == 0x1853_8067, let segment = element(at: header + 4)
        else { return false }
        return segment <= size
    }

    /// An element whose size stands at a byte: where it ends; nil where that is not declared.
    private func element(at place: Int64) -> Int64? {
        guard let first = number(at: place, bytes: 1), first > 0 else { return nil }
        let count = UInt8(first).leadingZeroBitCount + 1
        let top = UInt64(1) << UInt64(7 * count)
        guard let value = number(at: place, bytes: count), value & (top - 1) < top - 1 else {
            return nil
        }
        let start = place + Int64(count)
        return start + Int64(min(value & (top - 1), 1 << 60))
    }

    /// FLV: the last four bytes lead back to a tag of just that size, and the file is as long as
    /// it says.
    var endWithWholeTag: Bool {
        guard let back = number(at: size - 4, bytes: 4), back >= 11, back < UInt64(size - 4),
            let length = number(at: size - 3 - Int64(back), bytes: 3), length + 11 == back
        else { return false }
        // The number behind the name, of 64 bits.
        let head = text(upTo: 4096)
        let name = Array("filesize".utf8)
        let found = head.indices.first { head[$0...].starts(with: name) }
        guard let found, let bits = number(at: Int64(found + name.count + 1), bytes: 8) else {
            return true
        }
        return Double(bitPattern: bits) <= Double(size)
    }

    /// AVI: every list that the file consists of lies inside it.
    var holdWholeRIFF: Bool {
        var place: Int64 = 0
        while number(at: place, bytes: 4) == UInt64(Self.tag("RIFF")) {
            guard let length = number(at: place + 4, bytes: 4) else { return false }
            place += 8 + Int64(UInt32(length).byteSwapped)
            guard length > 0, place <= size else { return false }
        }
        return place > 0
    }

    /// Big-endian, as all but AVI are; nil at the end.
    private func number(at place: Int64, bytes count: Int) -> UInt64? {
        guard place >= 0, place <= size - Int64(count), avio_seek(io, place, SEEK_SET) == place
        else { return nil }
        return (0..<count).reduce(0) { value, _ in value << 8 | UInt64(UInt8(avio_r8(io) & 255)) }
    }

    private func text(upTo count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard avio_seek(io, 0, SEEK_SET) == 0 else { return [] }
        let read = avio_read(io, &bytes, Int32(count))
        return Array(bytes.prefix(max(0, Int(read))))
    }

    private static func tag(_ letters: String) -> UInt32 {
        letters.utf8.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
