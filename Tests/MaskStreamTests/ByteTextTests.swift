import MaskStream
import Testing

/// Bytes that should be UTF-8 and need not be.
@Suite struct ByteTextTests {
    @Test func everyStringOfBytesComesBack() {
        var random = SystemRandomNumberGenerator()
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(String(original: bytes).originalBytes == bytes)
        }
        // What stands for a byte itself, cut characters, surrogates, too long forms.
        for bytes: [UInt8] in [
            [0xF4, 0x8F, 0xBE, 0x80], [0xF4, 0x8F, 0xBF, 0xBF, 0x41], [0xE2, 0x82],
            [0xED, 0xA0, 0x80],
            [0xC0, 0xAF], [0xFF, 0xFE, 0x00, 0x80], [0xF4, 0x8F, 0xBD, 0xBF],
        ] {
            #expect(String(original: bytes).originalBytes == bytes)
        }
    }

    @Test func textStaysText() {
        for text in ["", "plain", "Ü\u{301}ber 日本 👩‍👩‍👧"] {
            #expect(String(original: Array(text.utf8)) == text)
            #expect(!text.holdsEscapes && text.readAsWindows1252 == text)
        }
    }

    @Test func latin1IsRead() {
        let text = String(original: [0x63, 0x61, 0x66, 0xE9, 0x20, 0x80, 0x2E, 0x6A])
        #expect(text.hasSuffix(".j") && text.holdsEscapes)
        #expect(text.readAsWindows1252 == "café €.j")
        let length = text.withOriginalCString { bytes in (0...).first { bytes[$0] == 0 } }
        #expect(length == 8)
    }
}
