internal import CFFmpeg
import MaskStream

/// One owned `AVFrame`: a decoded frame, a frame to encode, or samples of sound.
final class MediaFrame {
    let pointer: UnsafeMutablePointer<AVFrame>
    /// Whether the decoder's content cannot be trusted.
    var isDamaged = false

    /// An empty frame for FFmpeg to fill.
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

    /// Allocates a video frame; its content is undefined.
    ///
    /// Wraps `av_frame_get_buffer`.
    convenience init(_ format: AVPixelFormat, width: Int, height: Int) throws {
        try self.init()
        describe(format, width: width, height: height)
        try check(av_frame_get_buffer(pointer, 64), "allocate a frame", "video")
    }

    /// Refers to a buffer's planes; the buffer is released when FFmpeg needs it no longer.
    ///
    /// Wraps `av_buffer_create`.
    convenience init(lending buffer: PixelBuffer, as format: AVPixelFormat) throws {
        try self.init()
        describe(format, width: buffer.width, height: buffer.height)
        // FFmpeg's order of planes is the project's: Y U V A and G B R A.
        for index in 0..<buffer.format.planeCount {
            try buffer.withPlane(index) { plane in
                let owner = Unmanaged.passRetained(buffer)
                let base = UnsafeMutablePointer(mutating: plane.row(0, as: UInt8.self))
                let reference = av_buffer_create(
                    base, plane.stride * plane.height,
                    { opaque, _ in
                        guard let opaque else { return }
                        Unmanaged<PixelBuffer>.fromOpaque(opaque).release()
                    }, owner.toOpaque(), AV_BUFFER_FLAG_READONLY)
                guard let reference else {
                    owner.release()
                    throw MaskStreamError(.software, "out of memory for a frame")
                }
                ms_frame_attach(pointer, Int32(index), reference, base, Int32(plane.stride))
            }
        }
    }

    private func describe(_ format: AVPixelFormat, width: Int, height: Int) {
        pointer.pointee.format = format.rawValue
        pointer.pointee.width = Int32(width)
        pointer.pointee.height = Int32(height)
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

    /// The first byte of one of FFmpeg's planes, and the bytes from row to row, which are negative
    /// where the plane is upside down.
    func plane(_ index: Int) -> (base: UnsafeMutablePointer<UInt8>?, stride: Int) {
        (
            ms_frame_data(pointer, Int32(index)),
            Int(ms_frame_stride(pointer, Int32(index)))
        )
    }

    /// The planes as shared memory that keeps the frame alive; nil where they cannot be read as
    /// they are.
    ///
    /// Upside-down and unaligned planes are left to the repacker. Wraps `av_frame_clone`.
    func shared(as layout: PixelFormat) throws -> PixelBuffer? {
        guard PixelFormat(av: format) == layout else { return nil }
        var planes: [Plane] = []
        for index in 0..<layout.planeCount {
            let (data, stride) = plane(index)
            guard let base = data, stride > 0, stride % layout.bytesPerSample == 0,
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
