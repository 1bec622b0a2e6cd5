import MaskStream

/// Options by which encoders and muxers write, rename or remove files that nobody watches over.
enum OwnFiles {
    /// What encoders write by options of their own, in small letters and with hyphens.
    private static let keys: Set = [
        "stats", "passlogfile", "pass", "dump-yuv", "csv", "recon", "analysis-save",
        "analysis-reuse-file", "rcstatsfile", "tracefile", "opencl-clbin",
    ]
    private static let passes: Set = ["pass1", "pass2"]

    /// Refuses such options, and those of the muxer that name a file that is read.
    ///
    /// - Throws: `MaskStreamError/Code/usage`, `MaskStreamError/Code/cannotCreate` for a file that
    ///   is read.
    static func refuse(in options: OutputOptions, reads: ReadFiles) throws {
        for (key, value) in options.encoderOptions { try refuse(encoderOption: key, value) }
        let flags = options.muxerOptions.filter { $0.key == "hls_flags" }
        try refuse(segmentFlags: Set(flags.flatMap { names(set: $0.value) }))
        for (key, value) in options.muxerOptions where !OutputOptions.isRead(muxerOption: key) {
            if key == "single_file_name" || key == "single_file" && !["0", "false"].contains(value)
            {
                throw MaskStreamError(
                    .usage, "--muxer-option \(key) would write over a file that is there",
                    hint: "leave it out; HLS (.m3u8) takes --muxer-option hls_flags=single_file")
            }
            let parts = value.split { ":=,|".contains($0) }.map(String.init)
            for path in [value] + parts {
                try reads.refuse(FileIdentity(path), "a file of --muxer-option \(key)", path)
            }
        }
    }

    /// Refuses a muxer that does not tell whether its files could be written.
    ///
    /// - Throws: `MaskStreamError/Code/usage`.
    static func refuse(_ container: Container) throws {
        guard container.isOne(of: "smoothstreaming") else { return }
        throw MaskStreamError(
            .usage, "\(container.name) does not tell whether its fragments could be written",
            hint: "write HLS (.m3u8) or DASH (.mpd)")
    }

    private static func refuse(encoderOption key: String, _ value: String) throws {
        var found: String?
        if key == "flags" {
            found = names(set: value).first { passes.contains($0) || isSum($0) }
        } else if key == "x264opts" || key.hasSuffix("-params") {
            let names = value.split { ":,".contains($0) }.map { plain($0.prefix { $0 != "=" }) }
            found = names.first(where: keys.contains)
        } else if keys.contains(plain(key[...])) {
            throw encoderError("--encoder-option \(key)")
        }
        if let found { throw encoderError("--encoder-option \(key): \(found)") }
    }

    private static func encoderError(_ option: String) -> MaskStreamError {
        MaskStreamError(
            .usage, "\(option) would write a file of the encoder's own",
            hint: "leave it out: one pass with --crf is what maskstream writes")
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

    /// A key as x264 and x265 compare it.
    private static func plain(_ key: Substring) -> String {
        key.filter { !"'\\ ".contains($0) }.drop { $0 == "-" }.lowercased()
            .replacing("_", with: "-")
    }
}
