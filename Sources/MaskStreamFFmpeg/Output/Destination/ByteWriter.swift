internal import CFFmpeg
import Foundation
import MaskStream

/// What takes a muxer's bytes where FFmpeg does not write them itself.
class ByteWriter {
    /// Takes bytes; gives their number, or an error code of FFmpeg's.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 { ms_averror(ENOSYS) }

    /// A context that refers to this writer, which must outlive it.
    ///
    /// Wraps `avio_alloc_context`.
    final func makeContext() throws -> UnsafeMutablePointer<AVIOContext> {
        let size: Int32 = 1 << 16
        let opaque = Unmanaged.passUnretained(self).toOpaque()
        guard let buffer = av_malloc(Int(size)),
            let context = ms_avio_writer(
                buffer.assumingMemoryBound(to: UInt8.self), size, opaque,
                { opaque, data, size in
                    guard let opaque, let data else { return ms_averror(EINVAL) }
                    let writer = Unmanaged<ByteWriter>.fromOpaque(opaque).takeUnretainedValue()
                    return writer.write(UnsafeBufferPointer(start: data, count: Int(size)))
                })
        else { throw MaskStreamError(.software, "out of memory for the output") }
        return context
    }
}

/// Writes to a descriptor that is not ours to close; holds data back until it may go.
final class PipeWriter: ByteWriter {
    private let descriptor: Int32
    private var held: [UInt8] = []
    var isHeld = true

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    override func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
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
