import Foundation
import Testing

@testable import MaskStreamFFmpeg

/// Headers of copied streams, which may hold images and tags beside what decoders need.
struct CopiedHeaderTests {
    private static func length(_ count: Int) -> [UInt8] { [UInt8(count), 0, 0, 0] }

    private static func comments(_ entries: [String]) -> [UInt8] {
        let fields = ["maker"] + entries
        let written = fields.map { length($0.utf8.count) + Array($0.utf8) }
        return [3] + Array("vorbis".utf8) + written[0] + length(entries.count)
            + written.dropFirst().joined() + [1]
    }

    private static let first = [UInt8](repeating: 7, count: 30)
    private static let last = [UInt8](repeating: 9, count: 600)

    private static func laced(_ comments: [UInt8]) -> [UInt8] {
        let run = [UInt8](repeating: 255, count: comments.count / 255)
        return [2, 30] + run + [UInt8(comments.count % 255)] + first + comments + last
    }

    private static let picture = "METADATA_BLOCK_PICTURE=" + String(repeating: "A", count: 200)

    @Test("Vorbis keeps its tags but no cover, or none at all")
    func vorbis() {
        let tagged = Self.comments(["ARTIST=Jane", Self.picture, "coverart=AA", "TITLE=x"])
        let split = [[0, 30], [0, UInt8(truncatingIfNeeded: tagged.count)], [2, 88]]
        let packets = [Self.first, tagged, Self.last]
        var lengths = zip(split, packets).flatMap { $0 + $1 }
        lengths[32] = UInt8(tagged.count >> 8)
        for header in [Self.laced(tagged), lengths] {
            #expect(
                CopiedHeader.vorbis(header, keepsTags: true)
                    == Self.laced(Self.comments(["ARTIST=Jane", "TITLE=x"])))
            #expect(
                CopiedHeader.vorbis(header, keepsTags: false) == Self.laced(Self.comments([])))
        }
    }

    @Test("Bytes that are no Vorbis headers stay, and cut comments end where they are cut")
    func noVorbis() {
        for header in [[], [2], [2, 255], [2, 1, 1, 5], [0, 30, 1], [1, 2, 3]] as [[UInt8]] {
            #expect(CopiedHeader.vorbis(header, keepsTags: true) == nil)
        }
        let cut = Array(Self.comments(["ARTIST=Jane", "TITLE=x"]).dropLast(4))
        #expect(
            CopiedHeader.vorbis(Self.laced(cut), keepsTags: true)
                == Self.laced(Self.comments(["ARTIST=Jane"])))
    }

    @Test("Fonts of ASS are told by their bytes, and lines may end with a carriage return")
    func fonts() {
        // How a TrueType file begins, and a JPEG, six bits a character.
        let header = """
            [Fonts]
            fontname: a.ttf
            !!%!!!!!
            fontname: face.jpg
            `^D`Y!!!
            `^D`Y!!!

            """
        let kept = "[Fonts]\nfontname: a.ttf\n!!%!!!!!"
        for keepsTags in [true, false] {
            let cleaned = CopiedHeader.ass(Array(header.utf8), keepsTags: keepsTags)
            #expect(String(decoding: cleaned, as: UTF8.self) == kept)
        }
        let carriages = Array("[Graphics]\rAAAA\r[Events]\rFormat: Text\r\n".utf8)
        #expect(
            String(decoding: CopiedHeader.ass(carriages, keepsTags: true), as: UTF8.self)
                == "[Events]\nFormat: Text\n")
    }

    @Test("ASS keeps what renderers need, no images, and who made it only with other tags")
    func ass() {
        let header = """
            \u{FEFF}[Script Info]
            ; Made by an editor
            Title: Jane's
            ScriptType: v4.00+
            PlayResX: 640

            [Aegisub Project Garbage]
            Video File: /home/jane/holiday.mp4

            [V4+ Styles]
            Format: Name, Fontname
            Style: Default,Sans

            [Graphics]
            filename: jane.png
            AAAA

            [Events]
            Format: Layer, Start, End, Text
            """
        func cleaned(keepsTags: Bool) -> String {
            String(
                decoding: CopiedHeader.ass(Array(header.utf8), keepsTags: keepsTags),
                as: UTF8.self)
        }
        let graphics = "[Graphics]\nfilename: jane.png\nAAAA\n\n"
        #expect(cleaned(keepsTags: true) == header.replacing(graphics, with: ""))
        #expect(
            cleaned(keepsTags: false) == """
                \u{FEFF}[Script Info]
                ScriptType: v4.00+
                PlayResX: 640

                [V4+ Styles]
                Format: Name, Fontname
                Style: Default,Sans

                [Events]
                Format: Layer, Start, End, Text
                """)
    }
}
