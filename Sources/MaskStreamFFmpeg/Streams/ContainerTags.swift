internal import CFFmpeg
import MaskStream

typealias Tags = [(key: String, value: String)]

extension Container {
    /// The tags as they are written: in UTF-8 where the container takes nothing else, and under the
    /// names that they have in it.
    func written(_ tags: Tags) -> Tags {
        tags.map { key, value in
            (isMP4 ? Self.appleKey(key) : key, holdsAnyBytes ? value : value.readAsWindows1252)
        }
    }

    /// What the output's tags lose, for warnings; nothing where they are not wanted.
    func lostTags(
        _ input: InputStreams, written: [Int], codecs: [AVCodecID]
    ) -> [MediaWarning] {
        guard !acceptsOneFrame else { return [] }
        let all = MetadataRules.global(input)
        var lost = all.map(\.key).filter { !holds(tag: $0) }
        for stream in input.streams where written.contains(stream.index) {
            let isEncoded = stream.index == input.masked
            let tags = MetadataRules.stream(stream.facts, isEncoded: isEncoded)
            lost += tags.filter { !holds(streamTag: $0) }
                .map { "\($0.key) of stream \(stream.index)" }
        }
        var warnings: [MediaWarning] = []
        if !input.chapters.isEmpty, !keepsChapters(beside: codecs) {
            warnings.append(
                MediaWarning(
                    "dropped_chapters",
                    "\(input.chapters.count) chapters are dropped: \(name) cannot hold them"))
        } else if isMP4 {
            let keys = Set(input.chapters.flatMap { $0.metadata.map { $0.key.lowercased() } })
            lost += keys.subtracting(["title"]).sorted().map { "\($0) of chapters" }
        }
        if !lost.isEmpty {
            warnings.append(
                MediaWarning(
                    "dropped_tags",
                    "tags are dropped that \(name) cannot hold: \(lost.joined(separator: ", "))"))
        }
        let images =
            MetadataRules.notPlain(input.metadata)
            + input.streams.filter { written.contains($0.index) }.flatMap { stream in
                MetadataRules.notPlain(stream.facts.metadata).map {
                    "\($0) of stream \(stream.index)"
                }
            } + input.chapters.flatMap { MetadataRules.notPlain($0.metadata) }
        if !images.isEmpty {
            warnings.append(
                MediaWarning(
                    "dropped_tags",
                    "tags are dropped that may hold an image: \(images.joined(separator: ", "))"))
        }
        let odd = all.filter { $0.value.holdsEscapes }.map(\.key)
        if !odd.isEmpty, !holdsAnyBytes {
            warnings.append(
                MediaWarning(
                    "converted_tags",
                    "tags that are no UTF-8 are read as Windows-1252: "
                        + odd.joined(separator: ", ")))
        }
        return warnings
    }

    /// Whether MP4's own tags do not name all that is to be kept, so that it needs free ones.
    ///
    /// FFmpeg's muxer writes either its fixed list or free keys (`use_metadata_tags`).
    func needsFreeTags(_ tags: Tags) -> Bool {
        guard isOne(of: "mp4", "mov", "ipod", "psp", "ismv", "f4v") else { return false }
        let fixed = isOne(of: "mov") ? Self.movTags : Self.mp4Tags
        return tags.contains { !fixed.contains(Self.plain($0.key)) }
    }

    /// Whether text is written byte by byte, in whichever encoding it came.
    private var holdsAnyBytes: Bool { isOne(of: "avi", "mpegts", "rtp_mpegts") }

    private func holds(tag key: String) -> Bool {
        let key = Self.plain(key)
        if isOne(of: "avi") {
            return Self.aviTags.contains(key) || key.count == 4 && key.hasPrefix("i")
        }
        if isOne(of: "mpegts", "rtp_mpegts") { return key.hasPrefix("service_") }
        if isOne(of: "3gp", "3g2") { return Self.mp4Tags.contains(key) }
        return !isOne(of: "gif", "apng", "webp", "mpeg", "vob", "dvd", "svcd", "mxf", "avif")
    }

    private func holds(streamTag tag: (key: String, value: String)) -> Bool {
        let key = tag.key.lowercased()
        // Nobody misses what a muxer writes by itself.
        let isIdle = [
            "handler_name", "creation_time", "duration", "stereo_mode", "alpha_mode",
        ].contains(key)
        if isIdle || key.hasPrefix("_statistics") || key == "language" && tag.value == "und" {
            return true
        }
        if MetadataRules.isEncoding(key) { return true }
        if isMP4 { return ["language", "title"].contains(key) }
        if isOne(of: "avi") { return key == "title" }
        if isOne(of: "mpegts", "rtp_mpegts") { return key == "language" }
        return true
    }

    /// A key without the language that QuickTime's may end with, as in `title-eng`.
    private static func plain(_ key: String) -> String {
        let parts = key.lowercased().split(separator: "-")
        return parts.count == 2 && parts[1].utf8.count == 3 ? String(parts[0]) : key.lowercased()
    }

    /// Apple's and Android's own keys, which Matroska writes in capitals.
    private static func appleKey(_ key: String) -> String {
        guard key.hasPrefix("COM.APPLE.") || key.hasPrefix("COM.ANDROID.") else { return key }
        return key.lowercased().replacing("iso6709", with: "ISO6709")
    }

    private static let aviTags: Set = [
        "artist", "comment", "copyright", "date", "genre", "language", "title", "album", "track",
        "timecode", "encoded_by", "software",
    ]
    private static let movTags: Set = [
        "artist", "title", "author", "album", "date", "comment", "genre", "copyright", "make",
        "model", "location", "keywords", "creation_time", "timecode",
    ]
    private static let mp4Tags: Set = [
        "title", "artist", "album_artist", "composer", "album", "date", "lyrics", "comment",
        "genre", "copyright", "grouping", "description", "synopsis", "show", "episode_id",
        "network", "keywords", "disc", "track", "compilation", "episode_sort", "season_number",
        "media_type", "hd_video", "gapless_playback", "sort_name", "sort_artist",
        "sort_album_artist", "sort_album", "sort_composer", "sort_show", "location",
        "creation_time", "timecode",
    ]
}
