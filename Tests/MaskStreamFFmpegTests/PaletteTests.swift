import CFFmpeg
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct PaletteTests {
    private static func color(_ index: Int, alpha: UInt32 = 255) -> UInt32 {
        alpha << 24 | UInt32(truncatingIfNeeded: index &* 2_654_435_761 >> 4) & 0xFF_FFFF
    }

    private static func distance(_ first: UInt32, _ second: UInt32) -> Int {
        [0, 8, 16].reduce(0) { sum, shift in
            sum + abs(Int(first >> shift & 255) - Int(second >> shift & 255))
        }
    }

    @Test("Up to 256 colours are kept as they are", arguments: [1, 2, 255, 256])
    func exact(count: Int) {
        let counts = Dictionary(
            (0..<count).map { (Self.color($0), $0 + 1) }, uniquingKeysWith: { $0 + $1 })
        let palette = Palette(counts)
        #expect(
            palette.entries.count == counts.count && palette.entries == palette.entries.sorted())
        for color in counts.keys {
            #expect(palette.entries[Int(palette.index(of: color))] == color)
        }
    }

    @Test("Of a few colours too many, only some that differ little are changed")
    func nearlyExact() {
        let counts = Dictionary(
            (0..<280).map { (Self.color($0), $0 == 7 ? 9000 : 10) }, uniquingKeysWith: { $0 + $1 })
        let palette = Palette(counts)
        #expect(palette.entries.count == 256)
        let changed = counts.keys.filter { palette.entries[Int(palette.index(of: $0))] != $0 }
        #expect(changed.count <= 60)
        #expect(!changed.contains(Self.color(7)), "the fill's colour stays")
    }

    @Test("Many colours are told by near ones, and the choice is repeatable")
    func many() {
        var counts: [UInt32: Int] = [:]
        for red in 0..<64 {
            for green in 0..<64 {
                for blue in 0..<16 {
                    counts[
                        0xFF00_0000 | UInt32(red * 4) << 16 | UInt32(green * 4) << 8
                            | UInt32(blue * 16)] = 1
                }
            }
        }
        let palette = Palette(counts)
        #expect(palette.entries.count > 240 && Set(palette.entries).count == palette.entries.count)
        let worst =
            counts.keys.map {
                Self.distance($0, palette.entries[Int(palette.index(of: $0))])
            }.max() ?? 0
        #expect(worst < 120, "\(worst)")
        #expect(Palette(counts).entries == palette.entries)
    }

    @Test("No entry is more opaque than a colour that it stands for")
    func alpha() {
        let counts = Dictionary(
            (0..<2000).map { (Self.color($0, alpha: UInt32($0 % 256)), 1) },
            uniquingKeysWith: { $0 + $1 })
        let palette = Palette(counts)
        for color in counts.keys {
            #expect(palette.entries[Int(palette.index(of: color))] >> 24 <= color >> 24)
        }
    }
}
