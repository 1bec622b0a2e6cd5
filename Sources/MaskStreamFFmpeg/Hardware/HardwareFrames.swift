internal import CFFmpeg
import MaskStream

/// Memory of a device for frames of one size and format.
final class HardwareFrames {
    /// The pixel format of frames that lie in it.
    let surface: AVPixelFormat
    private var reference: UnsafeMutablePointer<AVBufferRef>?

    /// Sets the memory up; it grows with the frames in use.
    ///
    /// Wraps `av_hwframe_ctx_init`.
    init(_ device: HardwareDevice, _ format: AVPixelFormat, width: Int, height: Int) throws {
        surface = device.kind.surface
        reference = av_hwframe_ctx_alloc(device.reference)
        guard let reference else { throw MaskStreamError(.software, "out of memory for frames") }
        let frames = reference.content(AVHWFramesContext.self)
        frames.pointee.format = surface
        frames.pointee.sw_format = format
        frames.pointee.width = Int32(width)
        frames.pointee.height = Int32(height)
        try check(av_hwframe_ctx_init(reference), "set up frames", "\(device.kind)")
    }

    deinit { av_buffer_unref(&reference) }

    /// Has an encoder take its frames from this memory.
    func serve(_ encoder: UnsafeMutablePointer<AVCodecContext>) {
        encoder.pointee.pix_fmt = surface
        encoder.pointee.hw_frames_ctx = reference.flatMap { av_buffer_ref($0) }
    }

    /// The frame in this memory, with all that goes with it.
    ///
    /// Wraps `av_hwframe_transfer_data`.
    func upload(_ frame: MediaFrame) throws -> MediaFrame {
        let target = try MediaFrame()
        try check(av_hwframe_get_buffer(reference, target.pointer, 0), "take a frame", "device")
        try check(
            av_hwframe_transfer_data(target.pointer, frame.pointer, 0), "upload", "device")
        try check(av_frame_copy_props(target.pointer, frame.pointer), "upload", "device")
        return target
    }
}

extension MediaFrame {
    /// Whether the frame lies on a device.
    var isOnDevice: Bool { fields.hw_frames_ctx != nil }

    /// The frame in the program's memory, as NV12 or P010, with all that goes with it.
    ///
    /// Decoders leave it to whoever reads such a frame to cut off what lies left of and above the
    /// picture. Wraps `av_hwframe_transfer_data`.
    func downloaded() throws -> MediaFrame {
        let target = try MediaFrame()
        if let reference = fields.hw_frames_ctx {
            let format = reference.content(AVHWFramesContext.self).pointee.sw_format
            guard [AV_PIX_FMT_NV12, ms_pix_fmt_p010].contains(format) else {
                throw MaskStreamError(
                    .software,
                    "frames on the device are \(pixelFormatName(format)), not nv12 or p010")
            }
            target.pointer.pointee.format = format.rawValue
        }
        try check(
            av_hwframe_transfer_data(target.pointer, pointer, 0), "download", "device")
        try check(av_frame_copy_props(target.pointer, pointer), "download", "device")
        try check(av_frame_apply_cropping(target.pointer, 0), "crop", "device")
        target.isDamaged = isDamaged
        return target
    }
}
