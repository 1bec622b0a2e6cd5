/// Files of fonts, told by their first bytes.
///
/// Known are TrueType, OpenType, collections of these, WOFF, and PostScript Type 1.
enum FontFile {
    private static let starts: [[UInt8]] =
        [[0, 1, 0, 0], [0x80, 1]]
        + ["OTTO", "true", "typ1", "ttcf", "wOFF", "wOF2", "%!PS-AdobeFont"].map { Array($0.utf8) }

    /// Whether bytes begin as a font's.
    static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
        starts.contains { bytes.starts(with: $0) }
    }
}
