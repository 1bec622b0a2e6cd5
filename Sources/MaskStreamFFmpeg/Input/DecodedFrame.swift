internal import CFFmpeg
import MaskStream

/// One owned `AVFrame` as a decoder made it, with what the decoder knew about it.
final class DecodedFrame {
    let pointer: UnsafeMutablePointer<AVFrame>
    /// Whether the picture cannot be trusted.
    var isDamaged = false

    /// An empty frame for a decoder to fill.
    ///
    /// Wraps `av_frame_alloc`.
    init() throws {
        guard let pointer = av_frame_alloc() else {
            throw MaskStreamError(.software, "out of memory for a frame")
        }
        self.pointer = pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }

    /// The frame's fields.
    var fields: AVFrame { pointer.pointee }
    /// Width in pixels.
    var width: Int { Int(pointer.pointee.width) }
    /// Height in pixels.
    var height: Int { Int(pointer.pointee.height) }
    /// FFmpeg's pixel format.
    var format: AVPixelFormat { AVPixelFormat(rawValue: pointer.pointee.format) }
    /// The decoder's best guess of the time, in the stream's ticks; nil where it has none.
    var pts: Int64? {
        let time = pointer.pointee.best_effort_timestamp
        return time == noTimestamp ? nil : time
    }

    /// The planes as shared memory that keeps the frame alive; nil where they cannot be read as
    /// they are.
    ///
    /// Upside-down and unaligned planes are left to the repacker.
    func shared(as layout: PixelFormat) throws -> PixelBuffer? {
        guard PixelFormat(av: format) == layout else { return nil }
        let data = [fields.data.0, fields.data.1, fields.data.2, fields.data.3]
        let strides = [
            fields.linesize.0, fields.linesize.1, fields.linesize.2, fields.linesize.3,
        ]
        var planes: [Plane] = []
        for index in 0..<layout.planeCount {
            let stride = Int(strides[index])
            guard let base = data[index], stride > 0, stride % layout.bytesPerSample == 0,
                Int(bitPattern: base) % layout.bytesPerSample == 0
            else { return nil }
            let size = layout.planeSize(index, width: width, height: height)
            planes.append(Plane(base: base, stride: stride, width: size.width, height: size.height))
        }
        guard let reference = av_frame_clone(pointer) else {
            throw MaskStreamError(.software, "out of memory for a frame")
        }
        nonisolated(unsafe) let owned = reference
        return PixelBuffer(format: layout, width: width, height: height, planes: planes) {
            var freed: UnsafeMutablePointer<AVFrame>? = owned
            av_frame_free(&freed)
        }
    }
}
