import Testing

@testable import MaskStreamFFmpeg

/// ICC profiles: their colours stay byte for byte, and nothing else does.
@Suite struct ICCProfileTests {
    private typealias Tag = (name: String, content: [UInt8])

    private static func number(_ value: Int, _ bytes: Int = 4) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func content(_ kind: String, _ rest: [UInt8]) -> [UInt8] {
        Array(kind.utf8) + number(0) + rest
    }

    private static func point(_ numbers: [Int]) -> [UInt8] {
        content("XYZ ", numbers.flatMap { number($0) })
    }

    private static func curve(_ values: [Int]) -> [UInt8] {
        content("curv", number(values.count) + values.flatMap { number($0, 2) })
    }

    private static let gamma = curve(
        (0..<1024).map { $0 * $0 * 65_535 / (1023 * 1023) })
    private static let function = content(
        "para",
        number(3, 2) + number(0, 2) + [157_286, 62_119, 3_416, 5_072, 2_651].flatMap { number($0) })
    private static let white: Tag = ("wtpt", point([63_190, 65_536, 54_061]))
    private static let turn: Tag = ("chad", content("sf32", (0..<9).flatMap { number($0 * 7_000) }))
    /// A photograph's bytes, as far as a reader can tell.
    private static let image: [UInt8] = {
        var state: UInt32 = 7
        return [0xFF, 0xD8, 0xFF]
            + (0..<4000).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
    }()

    private static func display(_ curve: [UInt8]) -> [Tag] {
        [
            ("rXYZ", point([28_576, 14_581, 912])), ("gXYZ", point([25_238, 46_983, 6_361])),
            ("bXYZ", point([9_376, 3_972, 46_799])), ("rTRC", curve), ("gTRC", curve),
            ("bTRC", curve), white,
        ]
    }

    private static func profile(_ tags: [Tag], version: UInt8 = 4, space: String = "RGB ")
        -> [UInt8]
    {
        var head = [UInt8](repeating: 0, count: 128)
        head[8] = version
        for (place, name) in [(12, "mntr"), (16, space), (20, "XYZ "), (36, "acsp")] {
            head.replaceSubrange(place..<place + 4, with: Array(name.utf8))
        }
        var list = number(tags.count)
        var contents: [UInt8] = []
        for tag in tags {
            list +=
                Array(tag.name.utf8) + number(132 + 12 * tags.count + contents.count)
                + number(tag.content.count)
            contents += tag.content + [UInt8](repeating: 0, count: -tag.content.count & 3)
        }
        head.replaceSubrange(0..<4, with: number(128 + list.count + contents.count))
        return head + list + contents
    }

    private static func tags(_ profile: [UInt8]) -> [String: [UInt8]] {
        let count = profile.big(at: 128, bytes: 4) ?? 0
        let found = (0..<count).map { index in
            let place = 132 + 12 * index
            let start = profile.big(at: place + 4, bytes: 4) ?? 0
            let length = profile.big(at: place + 8, bytes: 4) ?? 0
            return (
                String(decoding: profile[place..<place + 4], as: UTF8.self),
                Array(profile[start..<start + length])
            )
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    @Test(arguments: [2, 4] as [UInt8])
    func coloursStay(version: UInt8) throws {
        let curve = version == 2 ? Self.gamma : Self.function
        let colours = Self.display(curve) + [Self.turn]
        let others: [Tag] = [
            ("desc", Self.content("desc", Self.number(4) + Array("sRGB".utf8) + Self.image)),
            ("cprt", Self.content("text", Self.image)), ("priv", Self.image),
        ]
        let whole = Self.profile(others + colours, version: version) + Self.image
        let kept = try #require(ICCProfile.cleaned(whole))
        let found = Self.tags(kept)
        for (name, content) in colours { #expect(found[name] == content, "\(name)") }
        #expect(Set(found.keys) == Set(colours.map(\.name) + ["desc", "cprt"]))
        #expect(kept.firstRange(of: Self.image.prefix(100)) == nil)
        #expect(kept.big(at: 0, bytes: 4) == kept.count && kept.count % 4 == 0)
        #expect(kept[8..<84] == whole[8..<84])
        // What was kept is kept as it is.
        #expect(ICCProfile.cleaned(kept) == kept)
        let text = version == 2 ? Array("sRGB".utf8) : Array("sRGB".utf8).flatMap { [0, $0] }
        #expect(found["desc"]?.firstRange(of: text) != nil)
    }

    @Test func greysStay() throws {
        // Some lengths include the bytes that align.
        let aligned = Self.curve([0x100]) + [0, 0]
        let short = Self.profile([("kTRC", aligned)], space: "GRAY")
        #expect(try Self.tags(#require(ICCProfile.cleaned(short)))["kTRC"] == aligned)
        let grey = Self.profile([("kTRC", Self.gamma), Self.white], space: "GRAY")
        #expect(try Self.tags(#require(ICCProfile.cleaned(grey)))["kTRC"] == Self.gamma)
        #expect(ICCProfile.cleaned(Self.profile([Self.white], space: "GRAY")) == nil)
    }

    /// Tables of 9 points a side, filled with steps or with an image.
    @Test(arguments: ["mft1", "mft2", "mAB "], [false, true])
    func tables(kind: String, isImage: Bool) throws {
        let width = kind == "mft1" ? 1 : 2
        let size = 9 * 9 * 9 * 3
        let steps = (0..<size).flatMap { index in
            let place = [index / 3 / 81, index / 3 / 9 % 9, index / 3 % 9][index % 3]
            return Self.number(place * (width == 1 ? 255 : 65_535) / 8, width)
        }
        let grid = isImage ? Array((Self.image + Self.image).prefix(size * width)) : steps
        let ramp = (0..<256).flatMap { Self.number($0 * (width == 1 ? 1 : 257), width) }
        let ramps = ramp + ramp + ramp
        let head: [UInt8] = [3, 3, 9, 0] + [UInt8](repeating: 0, count: 36)
        let table: [UInt8]
        if kind == "mAB " {
            let places = [32, 0, 0, 32 + 36, 32 + 36 + 20 + grid.count].flatMap { Self.number($0) }
            let curves = Self.curve([]) + Self.curve([]) + Self.curve([])
            let points = [9, 9, 9] + [UInt8](repeating: 0, count: 13) + [2, 0, 0, 0]
            let align = [UInt8](repeating: 0, count: -grid.count & 3)
            let last = places.dropLast(4) + Self.number(32 + 36 + 20 + grid.count + align.count)
            table = Self.content(
                kind, [3, 3, 0, 0] + last + curves + points + grid + align + curves)
        } else {
            let lengths = kind == "mft2" ? Self.number(256, 2) + Self.number(256, 2) : []
            table = Self.content(kind, head + lengths + ramps + grid + ramps)
        }
        let kept = ICCProfile.cleaned(Self.profile([("A2B0", table), Self.white]))
        #expect(kept.map { Self.tags($0)["A2B0"] == table } ?? false == !isImage)
        let long = Self.profile([("A2B0", table + Self.image), Self.white])
        #expect(ICCProfile.cleaned(long) == nil)
    }

    @Test func damagedOnesGo() {
        let image = Self.curve((0..<1000).map { Int(Self.image[$0 + 3]) << 8 })
        let short = Self.function.dropLast(4)
        let bad = [
            Self.profile([]), Self.profile([Self.white]), Self.profile(Self.display(image)),
            Self.profile(Self.display(Self.function + Self.image)),
            Self.profile(Self.display(Array(short))), Self.profile(Self.display(Self.image)),
            Self.profile(Array(repeating: Self.white, count: 101)),
            Array(Self.profile(Self.display(Self.gamma)).dropLast(200)), [], Self.image,
        ]
        for (index, profile) in bad.enumerated() {
            #expect(ICCProfile.cleaned(profile) == nil, "\(index)")
        }
    }

    @Test func anyBytesAreRead() {
        let plain = Self.profile(Self.display(Self.function) + [Self.turn])
        for place in plain.indices {
            for value: UInt8 in [0, 1, 127, 255] {
                var bytes = plain
                bytes[place] = value
                guard let kept = ICCProfile.cleaned(bytes) else { continue }
                #expect(ICCProfile.cleaned(kept) == kept)
            }
        }
    }
}
