import MaskStream

/// Options by which muxers write, rename or remove files that nobody watches over.
enum OwnFiles {
    /// Refuses such options.
    ///
    /// - Throws: `MaskStreamError/Code/usage`.
    static func refuse(in options: OutputOptions) throws {
        let flags = options.muxerOptions.filter { $0.key == "hls_flags" }
        try refuse(segmentFlags: Set(flags.flatMap { names(set: $0.value) }))
    }

    private static func refuse(segmentFlags flags: Set<String>) throws {
        let option = "--muxer-option hls_flags"
        if let flag = flags.sorted().first(where: { $0.hasPrefix("second_level_segment_") }) {
            throw MaskStreamError(
                .usage, "\(option): \(flag) would rename segments over files that are there",
                hint: "leave \(flag) out: --muxer-option hls_segment_filename names segments")
        }
        if let flag = flags.sorted().first(where: isSum) {
            throw MaskStreamError(
                .usage, "\(option): \(flag) does not say which flags are meant",
                hint: "name each flag, as independent_segments+temp_file")
        }
        if flags.isSuperset(of: ["append_list", "delete_segments"]) {
            throw MaskStreamError(
                .usage,
                "\(option): append_list with delete_segments would remove files of an earlier run",
                hint: "leave append_list or delete_segments out")
        }
    }

    /// The flags that a value sets, as `+a+b-c`.
    private static func names(set value: String) -> [String] {
        value.split(separator: "+").compactMap { part in
            let name = part.prefix { $0 != "-" }
            return name.isEmpty ? nil : String(name)
        }
    }

    /// Whether a flag stands for several, as a number does.
    private static func isSum(_ flag: String) -> Bool {
        guard flag != "0" else { return false }
        return ["all", "max", "min"].contains(flag) || flag.first?.isNumber == true
            || !flag.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}
