import Foundation

/// Images within text: data URLs, and the base64 of JPEG, PNG, GIF and WebP files.
enum EmbeddedImage {
    private static let url = Data("data:image".utf8)
    private static let starts = ["/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR"].map { Data($0.utf8) }
    /// Bytes from which on base64 may be an image, and compressed text anything.
    static let least = 256

    /// Whether text holds an image.
    static func isIn(_ text: some Sequence<UInt8>) -> Bool {
        let bytes = Data(text)
        let lowered = Data(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
        if lowered.range(of: url) != nil { return true }
        return bytes.count >= least && starts.contains { bytes.range(of: $0) != nil }
    }
}
