internal import CFFmpeg
import Foundation
import MaskStream

/// Watches over the files that a muxer opens by itself, as playlists and segments: none that is
/// read in this run is written, none that was there before unless it may be replaced, and none
/// that could not be written goes unnoticed.
///
/// Used on the muxer's queue only.
final class FileGuard {
    private let reads: ReadFiles
    private let overwrites: Bool
    private let hasPlaylist: Bool
    private let shown: String
    private let question = UnsafeMutablePointer<ms_io_guard>.allocate(capacity: 1)
    private var context: UnsafeMutablePointer<AVFormatContext>?
    /// The names that may be written, and whether nothing had them before.
    private var made: [[UInt8]: Bool] = [:]
    /// How many names are remembered before those of removed files are forgotten.
    private var limit = 1024
    /// The files that were opened under these names.
    private var identities: Set<FileIdentity> = []
    private var open: [UnsafePointer<AVIOContext>: String] = [:]
    /// Files that were closed and could not be written to their end.
    private var cutOff: [String] = []
    /// The first failure: a file that was refused, or one that could not be written.
    ///
    /// Nothing is opened any more afterwards, so that no playlist names what is not complete.
    private(set) var failure: MaskStreamError?
    /// Whether the header is written and what is written from now on is video.
    var isBegun = false
    /// Whether a file with video, or the playlist that names it, is complete.
    private var holdsVideo = false

    init(_ options: OutputOptions, _ container: Container, reads: ReadFiles) {
        self.reads = reads
        overwrites = options.overwrite
        hasPlaylist = container.hasPlaylist
        shown = options.shownDestination
        question.initialize(to: ms_io_guard())
    }

    deinit { question.deallocate() }

    /// Lets a muxer ask before it opens a file, and tell what came of it; the guard must outlive
    /// the context.
    ///
    /// Wraps `AVFormatContext.io_open` and `io_close2`.
    func watch(_ context: UnsafeMutablePointer<AVFormatContext>) {
        self.context = context
        question.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        question.pointee.allow = { opaque, url in
            guard let watcher = FileGuard.of(opaque), let url else { return ms_averror(EINVAL) }
            return watcher.allows(FileGuard.path(url)) ? 0 : ms_averror(EEXIST)
        }
        question.pointee.opened = { opaque, io, url, code in
            guard let watcher = FileGuard.of(opaque), let url else { return }
            watcher.opened(io, FileGuard.path(url), code)
        }
        question.pointee.closed = { opaque, io, error, code in
            guard let watcher = FileGuard.of(opaque), let io else { return }
            watcher.closed(io, error, code)
        }
        ms_guard_io(context, question)
    }

    /// Throws the first failure.
    func check() throws { if let failure { throw failure } }

    /// Keeps an error of the muxer as the failure, unless there is one already.
    func fail(_ error: MaskStreamError) { failure = failure ?? error }

    /// Takes their names from files that are not complete and from the output's playlist, or removes
    /// all that this run made where no video is in it; gives the new names.
    ///
    /// Nothing is opened afterwards. A playlist that names a part of such a file goes.
    func setAside() -> [String] {
        guard holdsVideo else {
            for path in made.keys { remove(String(original: path)) }
            return []
        }
        var parts: [String] = []
        for path in cutOff + open.values.sorted() where isOwn(path) {
            guard !path.hasSuffix(".tmp"), !isPlaylist(path), let part = setAside(path) else {
                remove(path)
                continue
            }
            parts.append(part)
        }
        if let list = context?.pointee.url.map({ Self.path($0) }), hasPlaylist, isWritten(list),
            let part = setAside(list)
        {
            if Self.ending(list) == "m3u8" { end(part) }
            parts.append(part)
        }
        return parts
    }

    /// Gives a file of the output its `.part` and removes the playlists that name it; nil where the
    /// `.part` cannot be replaced.
    private func setAside(_ path: String) -> String? {
        let part = PartFile.name(path, ".part")
        let old = FileIdentity(part)
        guard old?.isRegular != false,
            (try? reads.refuse(old, "a file of the output", part)) != nil,
            rename(path, part) == 0
        else { return nil }
        removePlaylists(naming: path)
        return part
    }

    /// Ends HLS's playlist that has no trailer; a player would wait for more (RFC 8216, 4.3.3.4).
    private func end(_ playlist: String) {
        let tag = "#EXT-X-ENDLIST"
        guard let text = (try? contents(ofFile: playlist)).map({ String(original: $0) }),
            !text.contains(tag), let file = FileHandle(opening: playlist, O_WRONLY | O_APPEND)
        else { return }
        // Where the disk is full it stays as it is.
        try? file.write(contentsOf: Data("\(tag)\n".utf8))
    }

    private func removePlaylists(naming path: String) {
        let name = path.fileName
        // As FFmpeg writes it into XML.
        let escaped = name.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
            .replacing("'", with: "&apos;")
        for key in made.keys {
            let list = String(original: key)
            guard ["m3u8", "mpd"].contains(Self.ending(list)), isOwn(list),
                let text = (try? contents(ofFile: list)).map({ String(original: $0) }),
                text.contains(name) || text.contains(escaped)
            else { continue }
            remove(list)
        }
    }

    private static func of(_ opaque: UnsafeMutableRawPointer?) -> FileGuard? {
        opaque.map { Unmanaged<FileGuard>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func path(_ url: UnsafePointer<CChar>) -> String {
        let url = String(original: url)
        return url.hasPrefix("file:") ? String(url.dropFirst(5)) : url
    }

    /// The name at the end: some muxers write under another one first and rename the file then.
    private static func end(of path: String) -> String {
        path.hasSuffix(".tmp") ? String(path.dropLast(4)) : path
    }

    private static func ending(_ path: String) -> String {
        (end(of: path) as NSString).pathExtension
    }

    /// How many names are remembered.
    var nameCount: Int { made.count }

    /// Whether the muxer may open a file.
    func allows(_ path: String) -> Bool {
        forgetRemoved()
        // A file that stays open for long has failed before a playlist names its last part.
        if hasPlaylist {
            open.keys.filter { $0.pointee.error < 0 }.forEach { note($0.pointee.error) }
        }
        return failure == nil && allows(path: path) && allows(path: Self.end(of: path))
    }

    /// Forgets files that are gone, as a live playlist's old segments: nothing has their names.
    private func forgetRemoved() {
        guard made.count >= limit else { return }
        var kept: Set<FileIdentity> = []
        made = made.filter { name, _ in
            let path = String(original: name)
            if let identity = FileIdentity(path) { kept.insert(identity) }
            var facts = stat()
            return lstat(path, &facts) == 0
        }
        identities.formIntersection(kept)
        limit = max(1024, 2 * made.count)
    }

    private func allows(path: String) -> Bool {
        guard made[path.originalBytes] == nil else { return true }
        let identity = FileIdentity(path)
        do {
            try reads.refuse(identity, "a file of the output", path)
            if identity?.isRegular == true, !overwrites {
                throw PartFile.exists(path, "a file of the output")
            }
        } catch {
            failure = failure ?? error as? MaskStreamError
            return false
        }
        var facts = stat()
        made[path.originalBytes] = lstat(path, &facts) != 0
        return true
    }

    private func opened(_ io: UnsafePointer<AVIOContext>?, _ path: String, _ code: Int32) {
        guard let io else { return note(code) }
        open[io] = path
        if let identity = FileIdentity(path) { identities.insert(identity) }
    }

    private func closed(_ io: UnsafePointer<AVIOContext>, _ error: Int32, _ code: Int32) {
        guard let path = open.removeValue(forKey: io) else { return }
        // A server that has hung up after the last byte is no failure.
        let code = error < 0 || path.contains("://") ? error : code
        if code < 0 {
            note(code)
            // Neither a playlist that is cut off nor a file that is not complete gets its name.
            if isPlaylist(path) || path.hasSuffix(".tmp") {
                remove(path)
            } else {
                cutOff.append(path)
            }
        } else if isBegun, isPlaylist(path) || !hasPlaylist {
            holdsVideo = true
        }
    }

    private func isPlaylist(_ path: String) -> Bool {
        Self.ending(path) == context?.pointee.url.map { Self.ending(Self.path($0)) }
    }

    /// Keeps an error of a file, unless the muxer was told to go on.
    private func note(_ code: Int32) {
        var ignored: Int64 = 0
        av_opt_get_int(context, "ignore_io_errors", AV_OPT_SEARCH_CHILDREN, &ignored)
        guard ignored == 0 else { return }
        fail(OutputFailure.writing(code, "write", shown))
    }

    /// Whether a file is this run's own: nothing had its name before.
    private func isOwn(_ path: String) -> Bool {
        made[path.originalBytes] == true && isWritten(path)
    }

    /// Whether what is in a file was written by this run.
    private func isWritten(_ path: String) -> Bool {
        FileIdentity(path).map { $0.isRegular && identities.contains($0) } == true
    }

    /// Removes a file that is this run's own.
    private func remove(_ path: String) {
        if isOwn(path) { unlink(path) }
    }
}
