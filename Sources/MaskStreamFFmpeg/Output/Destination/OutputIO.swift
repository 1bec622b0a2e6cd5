internal import CFFmpeg
import Foundation
import MaskStream

/// The bytes' way out of a muxer: a file, a device, a URL, a pipe, or nothing for a dry run.
final class OutputIO {
    private(set) var pointer: UnsafeMutablePointer<AVIOContext>?
    private let path: String
    private let kind: Kind
    private let interrupt: MediaInterrupt

    private enum Kind {
        case opened
        case dry
        case pipe(PipeWriter)
        case upload(HTTPUpload)
    }

    /// Opens the target for writing; a regular file by its `.part`.
    ///
    /// Wraps `avio_open2`.
    ///
    /// - Throws: `MaskStreamError/Code/cannotCreate`.
    init(
        _ target: OutputTarget, part: PartFile?, shown: String, interrupt: MediaInterrupt,
        isDryRun: Bool
    ) throws {
        path = shown
        self.interrupt = interrupt
        if isDryRun {
            kind = .dry
            guard avio_open_dyn_buf(&pointer) >= 0 else {
                throw MaskStreamError(.software, "out of memory for the output (\(shown))")
            }
            return
        }
        switch target {
        case .pipe(let descriptor):
            let writer = PipeWriter(descriptor)
            kind = .pipe(writer)
            pointer = try writer.makeContext()
        case .file(let path):
            kind = .opened
            try open("file:" + (part?.part ?? path))
        case .direct(let url) where HTTPUpload.takes(url):
            let upload = try HTTPUpload(url, shown: shown, interrupt: interrupt)
            kind = .upload(upload)
            pointer = try upload.makeContext()
        case .direct(let url):
            kind = .opened
            try open(url)
        }
    }

    private func open(_ url: String) throws {
        var callback = interrupt.callback
        let code = url.withOriginalCString {
            avio_open2(&pointer, $0, AVIO_FLAG_WRITE, &callback, nil)
        }
        guard code >= 0 else { throw OutputFailure.creating(code, path) }
    }

    /// Lets out what was held back; called when the first masked frame comes.
    func release() {
        guard case .pipe(let writer) = kind else { return }
        writer.isHeld = false
    }

    /// Throws the first error of a write that happened in the meantime.
    func check() throws {
        guard let pointer, pointer.pointee.error < 0 else { return }
        if case .upload(let upload) = kind { try upload.checkAnswer() }
        throw OutputFailure.writing(pointer.pointee.error, "write", path)
    }

    /// Flushes and closes; the data is with the system afterwards.
    ///
    /// Wraps `avio_closep`.
    func close() throws {
        guard let open = pointer else { return }
        avio_flush(open)
        let error = open.pointee.error
        var code: Int32 = 0
        switch kind {
        case .opened:
            code = avio_closep(&pointer)
        case .dry:
            var bytes: UnsafeMutablePointer<UInt8>?
            avio_close_dyn_buf(open, &bytes)
            av_free(bytes)
            pointer = nil
        case .pipe:
            free(open)
        case .upload(let upload):
            free(open)
            try upload.finish(after: error)
        }
        guard min(error, code) < 0 else { return }
        throw OutputFailure.writing(error < 0 ? error : code, "write", path)
    }

    private func free(_ context: UnsafeMutablePointer<AVIOContext>) {
        av_freep(&context.pointee.buffer)
        avio_context_free(&pointer)
    }

    deinit {
        // Only reached without `close` after an earlier error, which is the one to report.
        do { try close() } catch {}
    }
}
