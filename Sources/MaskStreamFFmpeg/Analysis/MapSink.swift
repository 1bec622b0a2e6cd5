public import MaskStream

/// Writes confidence maps as a lossless video: FFV1 in Matroska, grey of 16 bits, 65535 being 1.
///
/// Maps are upright and have their own size and their frames' times. The file is readable by its
/// owner alone, plays as far as it was written, and has its name in ``finish()``.
public final class MapSink {
    private let options: OutputOptions
    private let report: WarningReport
    private var sink: FFmpegSink?
    private var format: FrameFormat?

    /// Prepares a file; it is made with the first map.
    public init(_ path: String, reads: ReadFiles, report: @escaping WarningReport) {
        options = Self.options(path, reads: reads)
        self.report = report
    }

    /// How maps are encoded and written.
    static func options(_ path: String, reads: ReadFiles) -> OutputOptions {
        var options = OutputOptions(destination: path)
        options.format = "matroska"
        options.codec = "ffv1"
        // A map is too small for the large context model to learn from.
        options.encoderOptions = [
            ("level", "3"), ("context", "0"), ("slices", "1"), ("g", "1"),
        ]
        options.threads = 1
        options.reads = reads
        options.isLive = true
        options.isPrivate = true
        return options
    }

    /// Writes the map of a frame.
    ///
    /// - Throws: `MaskStreamError` with code `cannotCreate` or `inputOutput`, `software` for maps
    ///   of two sizes.
    public func write(_ map: ConfidenceMap, of frame: Frame) throws {
        let map = map.turned(frame.format.orientation)
        let format = format ?? Self.format(width: map.width, height: map.height, of: frame.format)
        self.format = format
        guard map.width == format.width, map.height == format.height else {
            throw MaskStreamError(.software, "the confidence maps are not of one size")
        }
        let sink = try sink ?? FFmpegSink(options, format: format, report: report)
        self.sink = sink
        try sink.write(
            Frame(
                format: format, pts: frame.pts, duration: frame.duration, buffer: map.samples))
    }

    /// What maps of some frames have in common.
    static func format(width: Int, height: Int, of frames: FrameFormat) -> FrameFormat {
        FrameFormat(
            width: width, height: height, pixelFormat: .gray16,
            color: ColorInfo(range: .full, isRangeTagged: true), timeBase: frames.timeBase,
            frameRate: frames.frameRate)
    }

    /// Completes the file; without a map there is none.
    public func finish() throws { try sink?.finish() }

    /// Leaves what was written as `NAME.part`.
    public func abandon() { sink?.abandon() }
}

extension ConfidenceMap {
    /// The scores as samples of 16 bits.
    fileprivate var samples: PixelBuffer {
        var buffer = MutablePixelBuffer(format: .gray16, width: width, height: height)
        let numbers = fixedPoint
        buffer.withPlane(0) { plane in
            for y in 0..<height {
                let row = plane.row(y, as: UInt16.self)
                for x in 0..<width { row[x] = numbers[y * width + x] }
            }
        }
        return buffer.freeze()
    }
}

extension PixelFormat {
    /// 16-bit grey.
    static let gray16 = PixelFormat(.gray, bitDepth: 16)
}
