internal import CFFmpeg
import MaskStream

/// Brings decoded frames into one size and layout: the first frame's.
final class FrameShaper {
    /// The size and layout of all frames.
    let layout: PixelFormat
    private let width: Int
    private let height: Int
    private let color: ColorInfo
    private let stream: AVCodecParameters
    private let overriding: (ColorInfo) throws -> ColorInfo
    private let warn: WarningReport
    private let pool = PixelBufferPool()
    private var scaler: Scaler?
    private var saidChange = false
    /// In what the latest frame's colour, as it was handed on, differs from ``outputColor``; in words.
    private(set) var mislabels: [String] = []

    /// Settles the layout by the first frame.
    init(
        first frame: MediaFrame, stream: AVCodecParameters, options: InputOptions,
        warn: @escaping WarningReport
    ) throws {
        self.stream = stream
        self.warn = warn
        overriding = { try options.override($0) }
        width = frame.width
        height = frame.height
        let native = PixelFormat(av: frame.format) ?? Repacker(frame)?.layout
        layout = native ?? PixelFormat.closest(to: frame.format)
        var color = ColorInfo(frame: frame.fields, stream: stream)
        if native == nil {
            if layout.model != .yuv { color.range = .full }
            let target = layout.avPixelFormat.map(pixelFormatName) ?? "planes"
            let source = pixelFormatName(frame.format)
            warn(
                MediaWarning(
                    "converted", "frames in \(source) are converted to \(target)"))
        }
        self.color = try options.override(color)
    }

    /// The colour of all frames.
    var outputColor: ColorInfo { color }

    /// Whether a frame came with a palette and has few enough colours to leave with one.
    func hasFewColors(_ frame: MediaFrame, _ buffer: PixelBuffer) throws -> Bool {
        let hadPalette = frame.format == AV_PIX_FMT_PAL8 || stream.codec_id == AV_CODEC_ID_GIF
        guard hadPalette, layout.model == .rgb, layout.bitDepth == 8,
            let format = layout.avPixelFormat
        else { return false }
        let counts = try MediaFrame(lending: buffer, as: format)
            .colorCounts(hasAlpha: layout.hasAlpha, isBinary: false)
        return counts.count <= Self.fewColors
    }

    /// Leaves room for the colours of a fill and an overlay.
    private static let fewColors = 250

    /// The frame's planes, shared where possible, else repacked, else converted.
    func buffer(of frame: MediaFrame) throws -> PixelBuffer {
        let frameColor = try overriding(ColorInfo(frame: frame.fields, stream: stream))
        let isSameSize = frame.width == width && frame.height == height
        mislabels = frameColor == color ? [] : frameColor.changes(from: color)
        if isSameSize, frameColor.range == color.range || layout.model != .yuv {
            if let shared = try frame.shared(as: layout) { return shared }
            if let repacker = Repacker(frame), repacker.layout == layout {
                var buffer = pool.take(format: layout, width: width, height: height)
                repacker.unpack(frame, into: &buffer)
                return buffer.freeze()
            }
        }
        sayChange(frame, color: frameColor)
        mislabels = frameColor.changesBeyondMatrix(from: color)
        return try converted(frame, color: frameColor)
    }

    /// Converts what neither sharing nor repacking can.
    ///
    /// - Throws: `MaskStreamError` 65 where swscale does not read the frame's format, 70 where it
    ///   fails.
    private func converted(_ frame: MediaFrame, color frameColor: ColorInfo) throws -> PixelBuffer {
        let source = Scaler.Side(
            width: frame.width, height: frame.height, format: frame.format, color: frameColor)
        if scaler?.source != source {
            // Where FFmpeg has no planar format for the layout, there is no scaler either.
            scaler = layout.avPixelFormat.flatMap { format in
                let target = Scaler.Side(width: width, height: height, format: format, color: color)
                return Scaler(from: source, to: target, .bicubic)
            }
        }
        guard let scaler, let buffer = try scaler.convert(frame).shared(as: layout) else {
            throw MaskStreamError(
                .badData, "frames in \(pixelFormatName(frame.format)) cannot be converted",
                hint: "convert the input to yuv420p with another program first")
        }
        return buffer
    }

    /// Says once that the stream became another in the middle.
    private func sayChange(_ frame: MediaFrame, color frameColor: ColorInfo) {
        let isSameSize = frame.width == width && frame.height == height
        let isFirstFormat = PixelFormat.closest(to: frame.format) == layout && isSameSize
        let isPlain = PixelFormat(av: frame.format) == nil && Repacker(frame) == nil
        guard !saidChange, !(isPlain && isFirstFormat) else { return }
        saidChange = true
        let size = "\(frame.width)x\(frame.height)"
        let format = pixelFormatName(frame.format)
        warn(
            MediaWarning(
                "format_changed",
                "frames change to \(size) \(format) on the way and are converted to "
                    + "\(width)x\(height), as the first"))
    }
}
