import Foundation
import Testing

@testable import MaskStreamFFmpeg

/// Text that may be an image in a code for bytes, and text that only looks so.
@Suite struct EncodedRunTests {
    /// Bytes of no kind of file that has a name.
    private static let image = Data((0..<600).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3 ^ $0) })

    private func mayBe(_ text: String) -> Bool { EmbeddedImage.isIn(Array(text.utf8)) }

    @Test func codesForBytes() {
        let plain = Self.image.base64EncodedString()
        let hex = Self.image.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
        let lines = Self.image.base64EncodedString(options: [.lineLength64Characters])
        // Five characters from ! to u for four bytes.
        let base85 = stride(from: 0, to: 600, by: 4).map { index in
            var value = Self.image[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            var digits: [UInt8] = []
            for _ in 0..<5 {
                digits.append(33 + UInt8(value % 85))
                value /= 85
            }
            return String(decoding: digits.reversed(), as: UTF8.self)
        }.joined()
        let url = plain.replacing("+", with: "-").replacing("/", with: "_")
        for text in [plain, hex, hex.uppercased(), lines, base85, url, "x" + plain] {
            #expect(mayBe(text) && mayBe("a picture: \(text) of me"), "\(text)")
        }
    }

    @Test func words() {
        let address = "https://example.org/watch?v=" + String(repeating: "a1-B2_c3.", count: 50)
        let json = "{" + (0..<90).map { "\"key\($0)\":[\($0),-1.5e3]" }.joined(separator: ",") + "}"
        let karaoke = String(repeating: "{\\k20\\1c&HFF00FF&\\pos(12.5,3)}la", count: 40)
        let list = (0..<200).map { "word\($0)" }
        for text in [
            String(repeating: "東京都千代田区", count: 100), String(repeating: "ภาษาไทย", count: 100),
            String(repeating: "=", count: 2000), String(repeating: "-=", count: 1000), address,
            json, karaoke, list.joined(separator: ","), list.joined(separator: "\n"),
            list.joined(separator: "\r\n"), String(repeating: "Donaudampfschiff ", count: 100),
        ] {
            #expect(!mayBe(text), "\(text)")
        }
    }
}
