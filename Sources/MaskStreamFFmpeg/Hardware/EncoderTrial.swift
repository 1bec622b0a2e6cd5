internal import CFFmpeg
import Foundation
import MaskStream

/// Tells whether an encoder does its work on this machine.
public enum EncoderTrial {
    /// Large enough for hardware, whose encoders take nothing below 145 pixels in width.
    private static let size = (width: 320, height: 192)

    /// Encodes one small frame and forgets it.
    ///
    /// For an encoder that takes its frames from a device's memory, the frame is brought there. Wraps
    /// `avcodec_open2` and `avcodec_send_frame`.
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
                .unavailable,
                "the encoder does not work: \(error.lastLogLine ?? error.reason) (\(name))",
                underlying: error)
        }
    }

    private static func encode(
        _ codec: UnsafePointer<AVCodec>, _ context: UnsafeMutablePointer<AVCodecContext>
    ) throws {
        let name = String(cString: codec.pointee.name)
        context.pointee.width = Int32(size.width)
        context.pointee.height = Int32(size.height)
        context.pointee.time_base = AVRational(num: 1, den: 25)
        context.pointee.framerate = AVRational(num: 25, den: 1)
        let family = EncoderFamily(of: name)
        let format =
            family?.uploads(codec.pointee.id).first
            ?? ms_encoder_pixel_formats(codec)?.pointee ?? AV_PIX_FMT_YUV420P
        context.pointee.pix_fmt = format
        let memory = try family?.device.map {
            try HardwareFrames(.open($0), format, width: size.width, height: size.height)
        }
        memory?.serve(context)
        // What an encoder does not know is left as it is.
        if let own = context.pointee.priv_data {
            av_opt_set(own, "x265-params", "log-level=none", 0)
        }
        try check(avcodec_open2(context, codec, nil), "open", name)
        let frame = try MediaFrame(format, width: size.width, height: size.height)
        frame.pointer.pointee.pts = 0
        clear(frame.pointer)
        let sent = avcodec_send_frame(context, try (memory?.upload(frame) ?? frame).pointer)
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
