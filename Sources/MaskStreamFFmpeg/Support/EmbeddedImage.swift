import Foundation

/// Images within text: data URLs, JPEG, PNG, GIF and WebP files, as they are or in base64, and anything
/// long in a code for bytes.
enum EmbeddedImage {
    private static let url = Data("data:image".utf8)
    private static let starts =
        ["/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR", "GIF87a", "GIF89a", "WEBPVP8"]
        .map { Data($0.utf8) }
        + [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D]].map { Data($0) }
    /// Bytes from which on text may hold an image, and compressed text anything.
    static let least = 256
    /// Bytes up to which a value is too short for an image, whatever it holds.
    private static let fewest = 64

    /// Whether text holds an image.
    static func isIn(_ text: some Sequence<UInt8>) -> Bool {
        let bytes = Data(text)
        let lowered = Data(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
        if lowered.range(of: url) != nil { return true }
        return bytes.count >= least && starts.contains { bytes.range(of: $0) != nil }
            || EncodedRun.isIn(bytes)
    }

    /// Whether a value that should be words or a few numbers may be an image: it holds one in any code,
    /// or is longer than numbers are and no text.
    static func mayBe(_ value: some Sequence<UInt8>) -> Bool {
        let bytes = Array(value)
        return isIn(bytes) || isIn(bytes.filter { $0 != 0 })
            || bytes.count > fewest && !isText(bytes)
    }

    /// Whether bytes are text: in UTF-16, or in any code whose bytes below 32 control the line alone.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        let allowed: Set<UInt8> = [0, 9, 10, 13, 27]  // Japanese codes switch by 27.
        return bytes.allSatisfy { $0 >= 32 && $0 != 127 || allowed.contains($0) }
            || isUTF16(bytes, isBig: false) || isUTF16(bytes, isBig: true)
    }

    private static func isUTF16(_ bytes: [UInt8], isBig: Bool) -> Bool {
        let units = stride(from: 0, to: bytes.count / 2 * 2, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isBig ? first << 8 | second : second << 8 | first
        }
        let none: Set<Unicode.GeneralCategory> = [.unassigned, .privateUse]
        return String(validating: units, as: UTF16.self)?.unicodeScalars.allSatisfy {
            !none.contains($0.properties.generalCategory)
                && ($0.properties.generalCategory != .control || [0, 9, 10, 13].contains($0.value))
        } ?? false
    }
}
