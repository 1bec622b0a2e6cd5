internal import CFFmpeg
public import MaskStream

/// Encodes images in memory.
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
        let frame = try MediaFrame(
            AV_PIX_FMT_YUVJ444P, width: image.width, height: image.height)
        frame.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        frame.pointer.pointee.quality = quality * FF_QP2LAMBDA
        fill(frame, from: image)
        return try encode(frame, AV_CODEC_ID_MJPEG) { context in
            context.pointee.color_range = AVCOL_RANGE_JPEG
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = quality * FF_QP2LAMBDA
        }
    }

    /// The bytes of a PNG file of a grey image of 8 or 16 bits.
    ///
    /// Wraps `avcodec_send_frame` with the encoder `png`. `rows` holds the samples row by row, those
    /// of 16 bits with the high byte first.
    ///
    /// - Throws: as ``jpeg(_:)``.
    public static func png(_ rows: [UInt8], width: Int, height: Int) throws -> [UInt8] {
        let isDeep = rows.count > width * height
        let frame = try MediaFrame(
            isDeep ? AV_PIX_FMT_GRAY16BE : AV_PIX_FMT_GRAY8, width: width, height: height)
        let (base, stride) = frame.plane(0)
        let length = isDeep ? 2 * width : width
        rows.withUnsafeBufferPointer { rows in
            for y in 0..<height {
                for x in 0..<length { base?[y * stride + x] = rows[y * length + x] }
            }
        }
        return try encode(frame, AV_CODEC_ID_PNG) { _ in }
    }

    private static func encode(
        _ frame: MediaFrame, _ kind: AVCodecID,
        setUp: (UnsafeMutablePointer<AVCodecContext>) -> Void
    ) throws -> [UInt8] {
        FFmpegLog.begin()
        guard let codec = avcodec_find_encoder(kind) else {
            throw MaskStreamError(
                .unavailable,
                "this FFmpeg has no encoder \(String(cString: avcodec_get_name(kind)))",
                hint: "install the distribution's libavcodec")
        }
        guard let context = avcodec_alloc_context3(codec) else {
            throw MaskStreamError(.software, "out of memory for an encoder")
        }
        defer {
            var context: UnsafeMutablePointer<AVCodecContext>? = context
            avcodec_free_context(&context)
        }
        context.pointee.width = frame.pointer.pointee.width
        context.pointee.height = frame.pointer.pointee.height
        context.pointee.pix_fmt = AVPixelFormat(rawValue: frame.pointer.pointee.format)
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        setUp(context)
        frame.pointer.pointee.pts = 0
        do {
            try check(avcodec_open2(context, codec, nil), "open the encoder", "image")
            let packet = try Packet()
            try check(avcodec_send_frame(context, frame.pointer), "encode", "image")
            try check(avcodec_send_frame(context, nil), "end the encoding", "image")
            try check(avcodec_receive_packet(context, packet.pointer), "encode", "image")
            defer { av_packet_unref(packet.pointer) }
            return Array(
                UnsafeBufferPointer(
                    start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
        } catch let error as FFmpegError {
            throw MaskStreamError(
                .software, "an image cannot be encoded: \(error)", underlying: error)
        }
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
