internal import CFFmpeg
public import MaskStream

/// Encodes the small images of reports.
public enum ImageEncoder {
    /// FFmpeg's quality scale, 1 the best and 31 the worst: about 10 KB for 320x180 pixels.
    private static let quality: Int32 = 3

    /// The bytes of a JPEG file of an image; the same image gives the same bytes.
    ///
    /// Wraps `avcodec_send_frame` with the encoder `mjpeg`.
    ///
    /// - Throws: `MaskStreamError/Code/unavailable` where FFmpeg was built without the encoder,
    ///   else `MaskStreamError/Code/software`.
    public static func jpeg(_ image: Thumbnail) throws -> [UInt8] {
        FFmpegLog.begin()
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw MaskStreamError(
                .unavailable, "this FFmpeg has no JPEG encoder, which --report needs",
                hint: "install the distribution's libavcodec")
        }
        guard let context = avcodec_alloc_context3(codec) else {
            throw MaskStreamError(.software, "out of memory for an encoder")
        }
        defer {
            var context: UnsafeMutablePointer<AVCodecContext>? = context
            avcodec_free_context(&context)
        }
        context.pointee.width = Int32(image.width)
        context.pointee.height = Int32(image.height)
        context.pointee.pix_fmt = AV_PIX_FMT_YUVJ444P
        context.pointee.color_range = AVCOL_RANGE_JPEG
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        context.pointee.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
        context.pointee.global_quality = quality * FF_QP2LAMBDA
        do {
            try check(avcodec_open2(context, codec, nil), "open the JPEG encoder", "report")
            return try encode(image, context)
        } catch let error as FFmpegError {
            throw MaskStreamError(
                .software, "an image of the report cannot be encoded: \(error)", underlying: error)
        }
    }

    private static func encode(
        _ image: Thumbnail, _ context: UnsafeMutablePointer<AVCodecContext>
    ) throws -> [UInt8] {
        let frame = try MediaFrame(
            AV_PIX_FMT_YUVJ444P, width: image.width, height: image.height)
        frame.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        frame.pointer.pointee.quality = context.pointee.global_quality
        frame.pointer.pointee.pts = 0
        fill(frame, from: image)
        let packet = try Packet()
        try check(avcodec_send_frame(context, frame.pointer), "encode", "report")
        try check(avcodec_send_frame(context, nil), "end the encoding", "report")
        try check(avcodec_receive_packet(context, packet.pointer), "encode", "report")
        defer { av_packet_unref(packet.pointer) }
        let bytes = UnsafeBufferPointer(
            start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size))
        return Array(bytes)
    }

    /// Converts RGB to full-range luma and chroma (ITU-T T.871, 7).
    private static func fill(_ frame: MediaFrame, from image: Thumbnail) {
        let weights: [(offset: Float, red: Float, green: Float, blue: Float)] = [
            (0, 0.299, 0.587, 0.114), (128, -0.168736, -0.331264, 0.5),
            (128, 0.5, -0.418688, -0.081312),
        ]
        for (index, weight) in weights.enumerated() {
            let (base, stride) = frame.plane(index)
            guard let base else { return }
            for y in 0..<image.height {
                for x in 0..<image.width {
                    let pixel = 3 * (y * image.width + x)
                    let sample =
                        weight.offset + weight.red * Float(image.pixels[pixel])
                        + weight.green * Float(image.pixels[pixel + 1])
                        + weight.blue * Float(image.pixels[pixel + 2])
                    base[y * stride + x] = UInt8(min(max(sample.rounded(), 0), 255))
                }
            }
        }
    }
}
