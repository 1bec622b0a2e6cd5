internal import CFFmpeg
import MaskStream

/// One owned `AVFrame` that refers to a picture's memory without copying it.
final class EncodedPicture {
    let pointer: UnsafeMutablePointer<AVFrame>

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

    /// Allocates a picture of its own.
    ///
    /// Wraps `av_frame_get_buffer`.
    convenience init(_ format: AVPixelFormat, width: Int32, height: Int32) throws {
        try self.init()
        pointer.pointee.format = format.rawValue
        pointer.pointee.width = width
        pointer.pointee.height = height
        try check(av_frame_get_buffer(pointer, 64), "allocate a frame", "output")
    }

    /// Lends a buffer's planes; the buffer is released when the encoder needs it no longer.
    ///
    /// Wraps `av_buffer_create`.
    convenience init(lending buffer: PixelBuffer, as format: AVPixelFormat) throws {
        try self.init()
        pointer.pointee.format = format.rawValue
        pointer.pointee.width = Int32(buffer.width)
        pointer.pointee.height = Int32(buffer.height)
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
                attach(reference, base, stride: Int32(plane.stride), plane: index)
            }
        }
    }

    private func attach(
        _ reference: UnsafeMutablePointer<AVBufferRef>, _ base: UnsafeMutablePointer<UInt8>,
        stride: Int32, plane: Int
    ) {
        switch plane {
        case 0:
            (pointer.pointee.buf.0, pointer.pointee.data.0) = (reference, base)
            pointer.pointee.linesize.0 = stride
        case 1:
            (pointer.pointee.buf.1, pointer.pointee.data.1) = (reference, base)
            pointer.pointee.linesize.1 = stride
        case 2:
            (pointer.pointee.buf.2, pointer.pointee.data.2) = (reference, base)
            pointer.pointee.linesize.2 = stride
        default:
            (pointer.pointee.buf.3, pointer.pointee.data.3) = (reference, base)
            pointer.pointee.linesize.3 = stride
        }
    }

    /// The first byte and the stride of a plane.
    func plane(_ index: Int) -> (base: UnsafeMutablePointer<UInt8>?, stride: Int) {
        let frame = pointer.pointee
        return switch index {
        case 0: (frame.data.0, Int(frame.linesize.0))
        case 1: (frame.data.1, Int(frame.linesize.1))
        case 2: (frame.data.2, Int(frame.linesize.2))
        default: (frame.data.3, Int(frame.linesize.3))
        }
    }
}
