internal import CFFmpeg
import Foundation
import MaskStream

/// Bytes from stdin or a named pipe, read so that an interrupt ends the wait.
///
/// FFmpeg's own `pipe:` blocks in `read`, which nothing but data ends. This waits in `poll`.
final class PipeReader {
    /// FFmpeg's view of the reader, valid as long as the reader lives.
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    /// The errno of the read that failed; nil while all is well.
    private(set) var failure: Int32?
    /// Bytes read so far.
    private(set) var byteCount = 0
    /// The first bytes, which cannot be read again.
    private(set) var head: [UInt8] = []
    /// How many of them are kept.
    static let headSize = 65_536
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private let interrupt: MediaInterrupt

    /// Opens a path, or takes stdin where there is none.
    ///
    /// - Throws: `MaskStreamError` 66 where the path cannot be opened.
    init(path: String?, interrupt: MediaInterrupt) throws {
        self.interrupt = interrupt
        ownsDescriptor = path != nil
        // Non-blocking, because opening a pipe without a writer waits otherwise.
        descriptor = path.map { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) } ?? STDIN_FILENO
        guard descriptor >= 0 else {
            throw MaskStreamError(
                .noInput, "cannot read input (\(path ?? "stdin"))",
                hint: "\(String(cString: strerror(errno))): check the permissions")
        }
        let size: Int32 = 65_536
        let buffer = av_malloc(Int(size))?.assumingMemoryBound(to: UInt8.self)
        let isFile = lseek(descriptor, 0, SEEK_CUR) >= 0
        context = avio_alloc_context(
            buffer, size, 0, Unmanaged.passUnretained(self).toOpaque(),
            { opaque, bytes, count in
                guard let opaque, let bytes else { return ms_averror(EINVAL) }
                let reader = Unmanaged<PipeReader>.fromOpaque(opaque).takeUnretainedValue()
                return reader.read(into: bytes, count: count)
            }, nil,
            !isFile
                ? nil
                : { opaque, offset, whence in
                    guard let opaque else { return -1 }
                    let reader = Unmanaged<PipeReader>.fromOpaque(opaque).takeUnretainedValue()
                    return reader.seek(to: offset, whence: whence)
                })
        guard let context else { throw MaskStreamError(.software, "out of memory for reading") }
        context.pointee.seekable = isFile ? AVIO_SEEKABLE_NORMAL : 0
    }

    deinit {
        if let context { av_freep(&context.pointee.buffer) }
        avio_context_free(&context)
        if ownsDescriptor { close(descriptor) }
    }

    private func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
        while !interrupt.isStopped {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, 50)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let got = Glibc.read(descriptor, bytes, Int(count))
            if got > 0 {
                if byteCount == head.count, head.count < Self.headSize {
                    head += UnsafeBufferPointer(start: bytes, count: got)
                }
                byteCount += got
                return Int32(got)
            }
            if got == 0 { return ReturnCode.endOfFile }
            if errno == EINTR || errno == EAGAIN { continue }
            failure = errno
            return ms_averror(errno)
        }
        return ms_averror_exit()
    }

    /// Seeks where stdin is a file (`< clip.mp4`).
    private func seek(to offset: Int64, whence: Int32) -> Int64 {
        if whence & AVSEEK_SIZE != 0 {
            var facts = stat()
            return fstat(descriptor, &facts) == 0 ? Int64(facts.st_size) : -1
        }
        return Int64(lseek(descriptor, off_t(offset), whence & 3))
    }
}
