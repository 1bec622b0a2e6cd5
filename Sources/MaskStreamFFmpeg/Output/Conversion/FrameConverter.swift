internal import CFFmpeg
import MaskStream

/// One step on the way from a frame to what the encoder takes.
///
/// Steps run in the order of ``EncodedFormat/steps``; where there are none, the encoder reads the
/// frame's own memory. Each makes a new frame and leaves the one that it reads as it is.
enum ConversionStep: Equatable {
    /// Composites over black, and so drops alpha. Only ever the first step.
    case composite
    /// Nearest-neighbour chroma upsampling: every pixel gets the chroma that it had; nothing is
    /// interpolated.
    case upsampleChroma(AVPixelFormat)
    /// Writes grey and alpha by turns: FFmpeg has no planar format for the two.
    case interleave(AVPixelFormat)
    /// Converts with swscale.
    case scale(AVPixelFormat)
    /// Gives planar RGB a palette of its own. Where `isBinary`, a pixel is opaque or transparent.
    case palette(isBinary: Bool)
}

/// Brings frames into the form that is encoded, step by step.
final class FrameConverter {
    private let form: EncodedFormat
    private let scaler: Scaler?
    private let compositor: BlackCompositor
    private let pool = PixelBufferPool()
    private let isFull: Bool

    /// Prepares all steps.
    ///
    /// - Throws: `MaskStreamError/Code/usage` where swscale does not know the conversion.
    init(_ form: EncodedFormat, format: FrameFormat) throws {
        self.form = form
        isFull = format.color.range == .full
        var opaque = format
        opaque.pixelFormat = form.layout
        compositor = BlackCompositor(opaque)
        var (current, scaler) = (form.layout.avPixelFormat, Scaler?.none)
        for step in form.steps {
            switch step {
            case .upsampleChroma(let next), .interleave(let next): current = next
            case .scale(let next):
                func side(_ pixels: AVPixelFormat, _ color: ColorInfo) -> Scaler.Side {
                    Scaler.Side(
                        width: format.width, height: format.height, format: pixels, color: color)
                }
                let source = current ?? AV_PIX_FMT_NONE
                scaler = Scaler(
                    from: side(source, format.color), to: side(next, form.color), .area)
                guard scaler != nil else {
                    throw MaskStreamError(
                        .usage,
                        "no conversion from \(pixelFormatName(source)) to "
                            + pixelFormatName(next),
                        hint: "choose another --output-pix-fmt")
                }
            case .composite, .palette: break
            }
        }
        self.scaler = scaler
    }

    /// The frame as it is encoded.
    func convert(_ buffer: PixelBuffer) throws -> MediaFrame {
        let composites = form.steps.first == .composite
        let opaque = composites ? composited(buffer) : buffer
        let steps = form.steps.dropFirst(composites ? 1 : 0)
        let lent = steps.isEmpty ? form.pixelFormat : form.layout.avPixelFormat
        let frame = try MediaFrame(lending: opaque, as: lent ?? AV_PIX_FMT_NONE)
        return try steps.reduce(frame) { try convert($0, by: $1) }
    }

    private func convert(_ frame: MediaFrame, by step: ConversionStep) throws -> MediaFrame {
        switch step {
        case .composite: return frame
        case .upsampleChroma(let format):
            return try frame.upsamplingChroma(of: form.layout, to: format)
        case .interleave(let format):
            return try frame.interleaving(form.layout, isFull: isFull, to: format)
        case .scale:
            guard let scaled = try scaler?.convert(frame) else { return frame }
            scaled.rescaleAlpha(of: frame)
            return scaled
        case .palette(let isBinary):
            return try frame.paletted(hasAlpha: form.layout.hasAlpha, isBinary: isBinary)
        }
    }

    /// The less opaque a pixel is, the nearer it comes to black.
    private func composited(_ buffer: PixelBuffer) -> PixelBuffer {
        var target = pool.take(format: form.layout, width: buffer.width, height: buffer.height)
        compositor.composite(buffer, into: &target)
        return target.freeze()
    }
}
