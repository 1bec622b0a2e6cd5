internal import CFFmpeg
import MaskStream

/// Which metadata goes to the output.
enum MetadataRules {
    /// Keys whose value is an image.
    private static let pictures = [
        "metadata_block_picture", "covr", "coverart", "apic", "wm/picture",
    ]
    /// Keys that describe the input's container and not its content; the time code is written anew.
    private static let container: Set<String> = [
        "major_brand", "minor_version", "compatible_brands", "encoder", "software", "timecode",
    ]
    /// Keys that were true of the encoded stream only.
    private static let encoding: Set<String> = [
        "encoder", "bps", "duration", "number_of_frames", "number_of_bytes", "encoder_options",
        "rotate", "vendor_id", "timecode",
    ]

    /// Bytes that a language needs at most (RFC 5646, 4.4.1).
    private static let longestLanguage = 35

    /// The input's own entries.
    static func global(_ input: InputStreams) -> [(key: String, value: String)] {
        plain(input.metadata).filter { !container.contains($0.key.lowercased()) }
    }

    /// A stream's entries; those about its old encoding go with it.
    static func stream(_ facts: StreamFacts, isEncoded: Bool) -> [(key: String, value: String)] {
        plain(facts.metadata).filter { entry in
            let key = entry.key.lowercased()
            let isStatistic =
                key.hasPrefix("_statistics") || encoding.contains { key.hasPrefix("\($0)-") }
            return !isEncoded || !(isStatistic || encoding.contains(key))
        }
    }

    /// What stays when metadata is stripped: what players need to choose and to name.
    static func needed(_ facts: StreamFacts, _ kind: StreamPlan.Kind)
        -> [(key: String, value: String)]
    {
        let keys = kind == .attachment ? ["filename", "mimetype"] : ["language"]
        return plain(facts.metadata.filter { keys.contains($0.key.lowercased()) })
    }

    /// Whether an entry is about the encoding, in any spelling.
    static func isEncoding(_ key: String) -> Bool { encoding.contains(key.lowercased()) }

    /// The entries that hold no image.
    static func plain(
        _ entries: [(key: String, value: String)]
    ) -> [(key: String, value: String)] {
        entries.filter { !holdsImage($0.key, $0.value.originalBytes) }
    }

    /// The keys of the entries that are not plain.
    static func notPlain(_ entries: [(key: String, value: String)]) -> [String] {
        entries.filter { holdsImage($0.key, $0.value.originalBytes) }.map(\.key)
    }

    /// Whether an entry may hold an image, by its key or its value.
    static func holdsImage(_ key: String, _ value: some Sequence<UInt8>) -> Bool {
        pictures.contains { key.lowercased().contains($0) } || EmbeddedImage.isIn(value)
            || key.lowercased() == "language" && Array(value).count > longestLanguage
    }
}

/// Sets entries of a dictionary.
///
/// Wraps `av_dict_set`.
func set(
    _ entries: [(key: String, value: String)], in dictionary: inout OpaquePointer?
) throws {
    for (key, value) in entries {
        let code = key.withOriginalCString { key in
            value.withOriginalCString { av_dict_set(&dictionary, key, $0, 0) }
        }
        try check(code, "set metadata", key)
    }
}
