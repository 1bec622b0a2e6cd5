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
            av_freep(&open.pointee.buffer)
            avio_context_free(&pointer)
        }
        guard min(error, code) < 0 else { return }
        throw OutputFailure.writing(error < 0 ? error : code, "write", path)
    }

    deinit {
        // Only reached without `close` after an earlier error, which is the one to report.
        do { try close() } catch {}
    }
}

/// Writes to a descriptor that is not ours to close; holds data back until it may go.
private final class PipeWriter {
    private let descriptor: Int32
    private var held: [UInt8] = []
    var isHeld = true

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// A context that refers to this writer, which must outlive it.
    func makeContext() throws -> UnsafeMutablePointer<AVIOContext> {
        let size: Int32 = 1 << 16
        let opaque = Unmanaged.passUnretained(self).toOpaque()
        guard let buffer = av_malloc(Int(size)),
            let context = ms_avio_writer(
                buffer.assumingMemoryBound(to: UInt8.self), size, opaque,
                { opaque, data, size in
                    guard let opaque, let data else { return ms_averror(EINVAL) }
                    let writer = Unmanaged<PipeWriter>.fromOpaque(opaque).takeUnretainedValue()
                    return writer.write(UnsafeBufferPointer(start: data, count: Int(size)))
                })
        else { throw MaskStreamError(.software, "out of memory for the standard output") }
        return context
    }

    private func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        if isHeld {
            held.append(contentsOf: bytes)
            return Int32(bytes.count)
        }
        if !held.isEmpty {
            let first = held
            held = []
            let code = first.withUnsafeBufferPointer { writeAll($0) }
            if code < 0 { return code }
        }
        return writeAll(bytes)
    }

    private func writeAll(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        var rest = UnsafeRawBufferPointer(bytes)
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = Foundation.write(descriptor, base, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno == EAGAIN {
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = Foundation.poll(&poll, 1, 1000)
            } else if errno != EINTR {
                return ms_averror(errno)
            }
        }
        return Int32(bytes.count)
    }
}
