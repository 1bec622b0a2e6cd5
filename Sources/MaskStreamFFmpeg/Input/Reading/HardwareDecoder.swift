internal import CFFmpeg
import MaskStream

/// How a stream is decoded on a device.
struct HardwareDecoder {
    let device: HardwareDevice
    let codec: UnsafePointer<AVCodec>

    /// Nil where this FFmpeg has no decoder of the codec for the device.
    init?(_ codec: AVCodecID, on device: HardwareDevice) {
        guard let found = Self.decoder(of: codec, for: device.kind) else { return nil }
        (self.device, self.codec) = (device, found)
    }

    /// The first decoder of a codec that takes a device of a kind.
    ///
    /// Wraps `avcodec_get_hw_config`.
    private static func decoder(
        of codec: AVCodecID, for kind: HardwareKind
    ) -> UnsafePointer<AVCodec>? {
        var state: UnsafeMutableRawPointer?
        while let candidate = av_codec_iterate(&state) {
            guard candidate.pointee.id == codec, av_codec_is_decoder(candidate) != 0 else {
                continue
            }
            var index: Int32 = 0
            while let config = avcodec_get_hw_config(candidate, index)?.pointee {
                if config.device_type == kind.type,
                    config.methods & Int32(AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0
                {
                    return candidate
                }
                index += 1
            }
        }
        return nil
    }

    /// Has a decoder, which is not open yet, work on the device.
    func prepare(_ context: UnsafeMutablePointer<AVCodecContext>) {
        context.pointee.hw_device_ctx = av_buffer_ref(device.reference)
        // The device does the work; threads would only hold frames back.
        context.pointee.thread_count = 1
        context.pointee.get_format = { context, offered in
            guard let context, let offered, let reference = context.pointee.hw_device_ctx else {
                return AV_PIX_FMT_NONE
            }
            let type = reference.content(AVHWDeviceContext.self).pointee.type
            let kind = HardwareKind.allCases.first { $0.type == type }
            var formats: [AVPixelFormat] = []
            var next = offered
            while next.pointee != AV_PIX_FMT_NONE {
                formats.append(next.pointee)
                next += 1
            }
            return HardwareDecoder.choice(of: formats, surface: kind?.surface)
        }
    }

    /// Chooses between the formats that a decoder offers: frames on the device where they can be
    /// brought back whole as NV12 or P010, else those in software.
    static func choice(of offered: [AVPixelFormat], surface: AVPixelFormat?) -> AVPixelFormat {
        let software = offered.first { av_pix_fmt_desc_get($0)?.pointee.isHardware == false }
        guard let surface, offered.contains(surface), let software, takes(software) else {
            return software ?? AV_PIX_FMT_NONE
        }
        return surface
    }

    /// Whether NV12 or P010 hold what frames of a format do: 4:2:0 with 8 or 10 bits, without alpha.
    static func takes(_ format: AVPixelFormat) -> Bool {
        guard let shape = av_pix_fmt_desc_get(format).flatMap({ PixelFormat(shapeOf: $0.pointee) })
        else { return false }
        return shape == .yuv420p
            || shape == PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1, chromaShiftY: 1)
    }

    /// Why no device takes a stream, as far as it declares what it is; nil where one may.
    static func refusal(of stream: AVStream, isImage: Bool) -> String? {
        if isImage { return "images are decoded in software" }
        if stream.declaresAlpha { return "only software decodes the alpha of the stream" }
        let format = AVPixelFormat(rawValue: stream.codecpar.pointee.format)
        guard format == AV_PIX_FMT_NONE || takes(format) else {
            return "hardware is for 4:2:0 with 8 or 10 bits, the frames are "
                + pixelFormatName(format)
        }
        return nil
    }
}
