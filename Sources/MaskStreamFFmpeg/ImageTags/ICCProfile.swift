import MaskStream

/// What is kept of an ICC profile (ICC.1:2022): the tags that colours are computed with.
enum ICCProfile {
    private static let curves = ["rTRC", "gTRC", "bTRC", "kTRC"]
    private static let points = ["rXYZ", "gXYZ", "bXYZ", "wtpt", "bkpt", "lumi"]
    private static let tables = ["A2B0", "A2B1", "A2B2", "B2A0", "B2A1", "B2A2"]
    /// Texts that every profile needs.
    private static let texts = ["desc", "cprt"]
    /// Bytes of the head, before the tags' number.
    private static let head = 128
    /// Bytes of the longest profile that is read.
    private static let longest = 4 << 20
    /// Characters of the longest text that is kept.
    private static let longestText = 128

    /// Says that a profile is not kept.
    static var dropped: MediaWarning {
        MediaWarning(
            "dropped_side_data",
            "the ICC profile is dropped: it is damaged, or may hold an image")
    }

    /// The profile from its head and its tags of colour alone, byte for byte, and a line of text; nil
    /// where it is damaged, lacks what its colours need, or a table in it may be an image.
    static func cleaned(_ profile: [UInt8]) -> [UInt8]? {
        guard let found = tags(of: profile) else { return nil }
        let names = Set(found.map(\.name))
        let isGray = name(in: profile, at: 16) == "GRAY"
        let needed = isGray ? ["kTRC"] : ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"]
        guard names.contains("A2B0") || names.isSuperset(of: needed) else { return nil }
        var kept: [(name: String, content: [UInt8])] = []
        for tag in found {
            if texts.contains(tag.name) {
                kept.append((tag.name, text(tag, isNew: profile[8] >= 4)))
            } else if isOfColour(tag.name) {
                let inputs = isGray ? 1 : 3
                guard ICCElement.isWhole(tag.content, as: kinds(of: tag.name), inputs: inputs)
                else { return nil }
                kept.append(tag)
            }
        }
        return written(head(of: profile), kept)
    }

    private static func isOfColour(_ name: String) -> Bool { !kinds(of: name).isEmpty }

    /// The types that a tag of colour may have; none for any other tag.
    private static func kinds(of name: String) -> [String] {
        if curves.contains(name) { return ["curv", "para"] }
        if points.contains(name) { return ["XYZ "] }
        if tables.contains(name) { return ["mft1", "mft2", "mAB ", "mBA "] }
        return ["chad": ["sf32"], "cicp": ["cicp"]][name] ?? []
    }

    /// The first tag of each name; nil where one leads outside.
    private static func tags(of profile: [UInt8]) -> [(name: String, content: [UInt8])]? {
        guard profile.count <= longest, name(in: profile, at: 36) == "acsp",
            let count = profile.big(at: head, bytes: 4), count <= 100
        else { return nil }
        var found: [(name: String, content: [UInt8])] = []
        var rest = longest
        for index in 0..<count {
            let place = head + 4 + 12 * index
            guard let name = name(in: profile, at: place),
                let start = profile.big(at: place + 4, bytes: 4),
                let length = profile.big(at: place + 8, bytes: 4),
                start >= head + 4 + 12 * count, length >= 8, start + length <= profile.count,
                length <= rest
            else { return nil }
            rest -= length
            guard !found.contains(where: { $0.name == name }) else { continue }
            found.append((name, Array(profile[start..<start + length])))
        }
        return found
    }

    /// The head without its checksum and what is reserved.
    private static func head(of profile: [UInt8]) -> [UInt8] {
        Array(profile[..<84]) + [UInt8](repeating: 0, count: head - 84)
    }

    private static func written(_ start: [UInt8], _ tags: [(name: String, content: [UInt8])])
        -> [UInt8]
    {
        var list = bytes(of: tags.count)
        var contents: [UInt8] = []
        var places: [[UInt8]: Int] = [:]
        let begin = head + 4 + 12 * tags.count
        for (name, content) in tags {
            // Tags with the same content share it, as the three curves mostly do.
            let place = places[content] ?? begin + contents.count
            if places.updateValue(place, forKey: content) == nil {
                contents += content + [UInt8](repeating: 0, count: -content.count & 3)
            }
            list += Array(name.utf8) + bytes(of: place) + bytes(of: content.count)
        }
        let size = start.count + list.count + contents.count
        return bytes(of: size) + start.dropFirst(4) + list + contents
    }

    /// A description or copyright in one line of ASCII, in the type of the profile's version.
    private static func text(_ tag: (name: String, content: [UInt8]), isNew: Bool) -> [UInt8] {
        let line = line(of: tag.content)
        let isPlain =
            line.count <= longestText && line.allSatisfy { (32...126).contains($0) }
            && !EmbeddedImage.isIn(line)
        let text = isPlain && !line.isEmpty ? line : Array("ICC profile".utf8)
        let none = bytes(of: 0)
        if isNew {
            // One record, in the English of the United States.
            let record = bytes(of: 1) + bytes(of: 12) + Array("enUS".utf8)
            return Array("mluc".utf8) + none + record + bytes(of: 2 * text.count) + bytes(of: 28)
                + text.flatMap { [0, $0] }
        }
        if tag.name == "cprt" { return Array("text".utf8) + none + text + [0] }
        // No Unicode and no Macintosh text follow.
        return Array("desc".utf8) + none + bytes(of: text.count + 1) + text
            + [UInt8](repeating: 0, count: 1 + 8 + 3 + 67)
    }

    /// The text in the first language; a character that is not ASCII is a 0.
    private static func line(of content: [UInt8]) -> [UInt8] {
        switch name(in: content, at: 0) {
        case "text": return Array(content.dropFirst(8).prefix { $0 != 0 })
        case "desc":
            let count = content.big(at: 8, bytes: 4) ?? 0
            return Array(content.dropFirst(12).prefix(count).prefix { $0 != 0 })
        case "mluc":
            guard let length = content.big(at: 20, bytes: 4),
                let start = content.big(at: 24, bytes: 4), start + length <= content.count
            else { return [] }
            let units = stride(from: start, to: start + length / 2 * 2, by: 2)
                .map { content[$0] == 0 ? content[$0 + 1] : 0 }
            return Array(units.prefix { $0 != 0 })
        default: return []
        }
    }

    private static func name(in bytes: [UInt8], at offset: Int) -> String? {
        guard offset + 4 <= bytes.count else { return nil }
        return String(validating: bytes[offset..<offset + 4], as: UTF8.self)
    }

    private static func bytes(of number: Int) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
