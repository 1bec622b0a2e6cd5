internal import CFFmpeg
import Foundation
import MaskStream

/// Watches over the files that a muxer opens by itself, as playlists and segments: none that is
/// read in this run is written, and none that was there before unless it may be replaced.
///
/// Used on the muxer's queue only.
final class FileGuard {
    private let reads: ReadFiles
    private let overwrites: Bool
    private let question = UnsafeMutablePointer<ms_io_guard>.allocate(capacity: 1)
    private var made: Set<[UInt8]> = []
    /// Why a file was refused.
    private(set) var failure: MaskStreamError?

    init(_ options: OutputOptions, reads: ReadFiles) {
        self.reads = reads
        overwrites = options.overwrite
        question.initialize(to: ms_io_guard())
    }

    deinit { question.deallocate() }

    /// Lets a muxer ask before it opens a file; the guard must outlive the context.
    ///
    /// Wraps `AVFormatContext.io_open`.
    func watch(_ context: UnsafeMutablePointer<AVFormatContext>) {
        question.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        question.pointee.allow = { opaque, url in
            guard let opaque, let url else { return ms_averror(EINVAL) }
            let watcher = Unmanaged<FileGuard>.fromOpaque(opaque).takeUnretainedValue()
            return watcher.allows(String(original: url)) ? 0 : ms_averror(EEXIST)
        }
        ms_guard_io(context, question)
    }

    private func allows(_ url: String) -> Bool {
        let path = url.hasPrefix("file:") ? String(url.dropFirst(5)) : url
        // Some muxers write under another name first and rename the file then.
        let renamed = path.hasSuffix(".tmp") ? [String(path.dropLast(4))] : []
        return ([path] + renamed).allSatisfy(allows(path:))
    }

    private func allows(path: String) -> Bool {
        guard !made.contains(path.originalBytes) else { return true }
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
        made.insert(path.originalBytes)
        return true
    }
}
