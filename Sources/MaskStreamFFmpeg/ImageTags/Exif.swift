import MaskStream

/// What is kept of an image's EXIF (CIPA DC-008): everything that neither holds pixels, as a
/// thumbnail, nor describes them, as the place of the subject.
struct Exif: Sendable {
    private struct Entry: Sendable {
        let tag: UInt16
        let type: UInt16
        let count: UInt32
        var value: [UInt8]
    }

    /// The value of the orientation's tag; nil where it has none.
    let orientation: Int?
    /// What was dropped, for a warning.
    private(set) var dropped: [String] = []
    private let isBig: Bool
    private var image: [Entry] = []
    private var photo: [Entry] = []
    private var place: [Entry] = []

    /// Tags of the first directory that are about the image; a TIFF file's are about its strips, too.
    private static let imageTags: Set<UInt16> = [
        0x010E, 0x010F, 0x0110, 0x0112, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013B, 0x013C,
        0x013E, 0x013F, 0x0213, 0x4746, 0x4749, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
    ]
    private static let named: [UInt16: String] = [
        0x927C: "the maker note", 0x9214: "the subject's area", 0xA214: "the subject's place",
        0x02BC: "XMP", 0x8649: "Photoshop's resources", 0x83BB: "IPTC",
    ]
    /// Tags of the second directory (CIPA DC-008, tables 7 and 8): how the image was taken.
    ///
    /// Behind another tag of the range may be anything.
    private static let photoTags = Set<UInt16>(
        [0x829A, 0x829D, 0x8822, 0x8824, 0x8827, 0x8828, 0x9000, 0x9003, 0x9004, 0x9101, 0x9102]
            + [0x9286, 0xA20B, 0xA20C, 0xA20E, 0xA20F, 0xA210, 0xA215, 0xA217, 0xA420, 0xA500]
            + Array(0x8830...0x8835) + Array(0x9010...0x9012) + Array(0x9201...0x920A)
            + Array(0x9290...0x9292) + Array(0x9400...0x9405) + Array(0xA000...0xA004)
            + Array(0xA300...0xA302) + Array(0xA401...0xA40C) + Array(0xA430...0xA43C)
            + Array(0xA460...0xA462))
    private static let photoRange: ClosedRange<UInt16> = 0x829A...0xA500
    private static let (exifPointer, placePointer): (UInt16, UInt16) = (0x8769, 0x8825)

    /// Reads a TIFF structure; nil where it is none.
    ///
    /// Entries that lead outside are dropped.
    init?(_ tiff: UnsafeRawBufferPointer) {
        isBig = tiff.starts(with: Array("MM".utf8))
        guard isBig || tiff.starts(with: Array("II".utf8)) else { return nil }
        var reader = TIFFReader(bytes: tiff, isBig: isBig)
        guard let first = reader.number(at: 4, bytes: 4) else { return nil }
        let main = reader.directory(at: first)
        func directory(_ pointer: UInt16) -> [(tag: UInt16, type: UInt16, value: [UInt8])] {
            guard let entry = main.entries.first(where: { $0.tag == pointer }) else { return [] }
            return reader.directory(at: reader.number(in: entry.value)).entries
        }
        let (photo, place) = (directory(Self.exifPointer), directory(Self.placePointer))
        orientation = main.entries.first { $0.tag == 0x0112 }.map { reader.number(in: $0.value) }
        if main.next != 0 { dropped.append("the thumbnail") }
        dropped += (main.entries + photo).compactMap { Self.named[$0.tag] }
        // The directory at 0xA005 says which kind of file this is.
        let isUnknown = photo.contains {
            Self.photoRange.contains($0.tag) && !Self.photoTags.contains($0.tag)
                && Self.named[$0.tag] == nil && $0.tag != 0xA005
        }
        if isUnknown { dropped.append("unknown EXIF tags") }
        image = kept(main.entries, Self.imageTags)
        self.photo = kept(photo, Self.photoTags)
        self.place = kept(place, Set(0...0x1F))
    }

    /// The entries with tags that are kept, but those whose value may be an image.
    private mutating func kept(
        _ found: [(tag: UInt16, type: UInt16, value: [UInt8])], _ tags: Set<UInt16>
    ) -> [Entry] {
        let known = found.filter { tags.contains($0.tag) }
        let plain = known.filter { !EmbeddedImage.mayBe($0.value) }
        if plain.count < known.count { dropped.append("EXIF values that may hold an image") }
        return plain.map { tag, type, value in
            let size = TIFFReader.sizes[type] ?? 1
            return Entry(tag: tag, type: type, count: UInt32(value.count / size), value: value)
        }
    }

    /// Whether nothing is left to write: an orientation alone is undone already.
    var isEmpty: Bool { photo.isEmpty && place.isEmpty && image.allSatisfy { $0.tag == 0x0112 } }

    /// The TIFF structure of an upright image of a size.
    func bytes(width: Int, height: Int) -> [UInt8] {
        var (image, photo, place) = (image, photo, place)
        for index in image.indices where image[index].tag == 0x0112 {
            image[index] = Entry(tag: 0x0112, type: 3, count: 1, value: number(1, bytes: 2))
        }
        for index in photo.indices where [0xA002, 0xA003].contains(photo[index].tag) {
            let side = photo[index].tag == 0xA002 ? width : height
            photo[index] = Entry(
                tag: photo[index].tag, type: 4, count: 1, value: number(side, bytes: 4))
        }
        func pointer(_ tag: UInt16) -> Entry {
            Entry(tag: tag, type: 4, count: 1, value: number(0, bytes: 4))
        }
        if !photo.isEmpty { image.append(pointer(Self.exifPointer)) }
        if !place.isEmpty { image.append(pointer(Self.placePointer)) }
        image.sort { $0.tag < $1.tag }
        photo.sort { $0.tag < $1.tag }
        place.sort { $0.tag < $1.tag }
        let photoOffset = 8 + Self.size(image)
        let placeOffset = photoOffset + (photo.isEmpty ? 0 : Self.size(photo))
        for index in image.indices {
            let offset = [Self.exifPointer: photoOffset, Self.placePointer: placeOffset]
            guard let target = offset[image[index].tag] else { continue }
            image[index].value = number(target, bytes: 4)
        }
        var file = Array((isBig ? "MM" : "II").utf8) + number(42, bytes: 2) + number(8, bytes: 4)
        file += write(image, at: 8)
        if !photo.isEmpty { file += write(photo, at: photoOffset) }
        if !place.isEmpty { file += write(place, at: placeOffset) }
        return file
    }

    private static func size(_ entries: [Entry]) -> Int {
        entries.reduce(6 + 12 * entries.count) { $0 + room($1) }
    }

    /// Bytes of a value outside its entry, an even number.
    private static func room(_ entry: Entry) -> Int {
        entry.value.count > 4 ? entry.value.count + entry.value.count % 2 : 0
    }

    private func write(_ entries: [Entry], at offset: Int) -> [UInt8] {
        var directory = number(entries.count, bytes: 2)
        var values: [UInt8] = []
        let start = offset + 6 + 12 * entries.count
        for entry in entries {
            directory += number(Int(entry.tag), bytes: 2) + number(Int(entry.type), bytes: 2)
            directory += number(Int(entry.count), bytes: 4)
            if Self.room(entry) == 0 {
                directory += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
            } else {
                directory += number(start + values.count, bytes: 4)
                values += entry.value + [UInt8](repeating: 0, count: entry.value.count % 2)
            }
        }
        return directory + number(0, bytes: 4) + values
    }

    private func number(_ value: Int, bytes: Int) -> [UInt8] {
        let digits = (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isBig ? digits.reversed() : digits
    }
}

/// Reads the directories of a TIFF structure, however damaged it is.
private struct TIFFReader {
    let bytes: UnsafeRawBufferPointer
    let isBig: Bool
    /// What may still be copied: entries may all lead to the same bytes.
    private var rest: Int

    /// Bytes of one value of each type.
    static let sizes: [UInt16: Int] = [
        1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8,
    ]

    init(bytes: UnsafeRawBufferPointer, isBig: Bool) {
        (self.bytes, self.isBig) = (bytes, isBig)
        rest = min(bytes.count, 1 << 20)
    }

    func number(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= 0, offset + count <= bytes.count else { return nil }
        return number(in: bytes[offset..<offset + count].map { $0 })
    }

    /// The number that up to four bytes make.
    func number(in value: [UInt8]) -> Int {
        let digits = value.prefix(4)
        return (isBig ? Array(digits) : digits.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }

    /// The entries of a directory, and where the next one lies; 0 for none.
    mutating func directory(at offset: Int)
        -> (entries: [(tag: UInt16, type: UInt16, value: [UInt8])], next: Int)
    {
        var entries: [(tag: UInt16, type: UInt16, value: [UInt8])] = []
        guard let count = number(at: offset, bytes: 2) else { return ([], 0) }
        for index in 0..<count {
            let place = offset + 2 + 12 * index
            guard let tag = number(at: place, bytes: 2), let type = number(at: place + 2, bytes: 2),
                let length = number(at: place + 4, bytes: 4)
            else { break }
            guard let size = Self.sizes[UInt16(type)] else { continue }
            let byteCount = size * length
            let start = byteCount > 4 ? number(at: place + 8, bytes: 4) ?? .max : place + 8
            guard length > 0, start <= bytes.count, byteCount <= min(rest, bytes.count - start)
            else { continue }
            rest -= byteCount
            let value = bytes[start..<start + byteCount].map { $0 }
            entries.append((UInt16(tag), UInt16(type), value))
        }
        return (entries, number(at: offset + 2 + 12 * count, bytes: 4) ?? 0)
    }
}
