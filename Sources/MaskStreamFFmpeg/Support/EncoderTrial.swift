internal import CFFmpeg
import Foundation
import MaskStream

/// Tells whether an encoder does its work on this machine.
public enum EncoderTrial {
    /// Encodes one small frame and forgets it.
    ///
    /// Wraps `avcodec_open2` and `avcodec_send_frame`.
    ///
    /// - Parameter name: FFmpeg's name of the encoder, as `libx264`.
    /// - Throws: `MaskStreamError` `unavailable` where this FFmpeg has no such encoder, or where it
    ///   does not work.
    public static func run(_ name: String) throws {
        FFmpegLog.begin()
        guard let codec = avcodec_find_encoder_by_name(name) else {
            throw MaskStreamError(.unavailable, "this FFmpeg was built without it (\(name))")
        }
        var context = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&context) }
        guard let context else {
            throw MaskStreamError(.software, "out of memory for an encoder")
        }
        do {
            try encode(codec, context)
        } catch let error as FFmpegError {
            throw MaskStreamError(
                .unavailable, "the encoder does not work: \(error.reason) (\(name))",
                underlying: error)
        }
    }

    private static func encode(
        _ codec: UnsafePointer<AVCodec>, _ context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        let name = String(cString: codec.pointee.name)
        context.pointee.width = 128
        context.pointee.height = 128
        context.pointee.time_base = AVRational(num: 1, den: 25)
        context.pointee.framerate = AVRational(num: 25, den: 1)
        context.pointee.pix_fmt = ms_encoder_pixel_formats(codec)?.pointee ?? AV_PIX_FMT_YUV420P
        // What an encoder does not know is left as it is.
        if let own = context.pointee.priv_data {
            av_opt_set(own, "x265-params", "log-level=none", 0)
        }
        try check(avcodec_open2(context, codec, nil), "open", name)
        let frame = try MediaFrame(context.pointee.pix_fmt, width: 128, height: 128)
        frame.pointer.pointee.pts = 0
        clear(frame.pointer)
        let sent = avcodec_send_frame(context, frame.pointer)
        // Told the end even so: without it libsvtav1 waits for ever when it is closed.
        let ended = avcodec_send_frame(context, nil)
        let packet = try Packet()
        while avcodec_receive_packet(context, packet.pointer) >= 0 {
            av_packet_unref(packet.pointer)
        }
        try check(sent, "encode", name)
        try check(ended, "encode", name)
    }

    /// Gives the frame grey samples of some kind, which is better than those that were there.
    private static func clear(_ frame: UnsafeMutablePointer<AVFrame>) {
        let planes = [
            frame.pointee.buf.0, frame.pointee.buf.1, frame.pointee.buf.2, frame.pointee.buf.3,
        ]
        for case let plane? in planes { memset(plane.pointee.data, 1, plane.pointee.size) }
    }
}
