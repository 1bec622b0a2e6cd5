import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamReports

/// How both files are encoded.
struct PairEncoder: Sendable {
    let crf: Int
    let preset: String
    let fill: MaskFill

    /// Encodes frames of a format into a file.
    func sink(_ file: TemporaryFile, format: FrameFormat) throws -> FFmpegSink {
        var options = OutputOptions(destination: "-")
        options.standardOutput = file.descriptor
        options.format = "matroska"
        options.codec = "libx264"
        options.crf = Double(crf)
        options.preset = preset
        // With as many threads as cores the bytes would differ from machine to machine.
        options.threads = 2
        return try FFmpegSink(options, format: format) { _ in }
    }
}

/// What encoding the same frames twice has shown.
struct EncodedFigures {
    /// One of the files.
    struct File {
        var bytes = 0
        var error = KeptError()
    }

    var masked = File()
    var plain = File()
    /// Whether the encoder kept luma as it was, so that errors can be measured.
    var isComparable = true
}

/// Encodes the frames of a comparison twice, masked and as they are.
///
/// A stream becomes two files, which are decoded and compared with the input at the end; images of
/// a folder become two files each, compared at once.
struct EncodedPair {
    private let input: RecordedInput
    private let encoder: PairEncoder
    private var files: (masked: TemporaryFile, plain: TemporaryFile)
    private var sinks: (masked: FFmpegSink, plain: FFmpegSink)?
    private let masks: MaskFile
    private var figures = EncodedFigures()

    /// Makes the files, which have no names: one of them holds unmasked frames.
    init(_ input: RecordedInput, _ encoder: PairEncoder) throws {
        self.input = input
        self.encoder = encoder
        files = (try TemporaryFile(), try TemporaryFile())
        masks = try MaskFile()
    }

    /// Encodes a frame.
    mutating func write(_ work: borrowing FrameWork) throws {
        let sinks = try sinks ?? open(work.source.format)
        guard let masked = work.output else {
            throw MaskStreamError(.software, "no stage painted the frame")
        }
        try sinks.masked.write(masked)
        try sinks.plain.write(work.source)
        let grid = work.source.format.maskGrid
        let mask = work.mask ?? Mask(width: grid.width, height: grid.height)
        guard work.source.file != nil else {
            self.sinks = sinks
            try masks.append(mask)
            return
        }
        var decoded = try close(sinks)
        try decoded.compare(work.source, mask: mask, into: &figures)
        files = (try TemporaryFile(), try TemporaryFile())
    }

    /// Completes both files and measures them.
    mutating func finish() throws -> EncodedFigures {
        guard let sinks else { return figures }
        var decoded = try close(sinks)
        var source = try input.open(warn: { _ in }).source
        try masks.rewind()
        while let mask = try masks.next(), let original = try source.next() {
            try decoded.compare(original, mask: mask, into: &figures)
        }
        return figures
    }

    private func open(_ format: FrameFormat) throws -> (masked: FFmpegSink, plain: FFmpegSink) {
        let masked = RenderStage.outputFormat(format, emit: .masked, fill: encoder.fill)
        return (
            try encoder.sink(files.masked, format: masked),
            try encoder.sink(files.plain, format: format)
        )
    }

    private mutating func close(
        _ sinks: (masked: FFmpegSink, plain: FFmpegSink)
    ) throws -> DecodedPair {
        try sinks.masked.finish()
        try sinks.plain.finish()
        figures.masked.bytes += files.masked.size
        figures.plain.bytes += files.plain.size
        return try DecodedPair(masked: files.masked, plain: files.plain)
    }
}

/// Reads both files back.
private struct DecodedPair {
    private var masked: FFmpegSource
    private var plain: FFmpegSource

    init(masked: TemporaryFile, plain: TemporaryFile) throws {
        self.masked = try FFmpegSource(InputOptions(masked.path))
        self.plain = try FFmpegSource(InputOptions(plain.path))
    }

    /// Compares the next frame of both with the original.
    mutating func compare(
        _ original: Frame, mask: Mask, into figures: inout EncodedFigures
    ) throws {
        guard KeptError.isComparable(original.format, masked.format),
            KeptError.isComparable(original.format, plain.format)
        else {
            figures.isComparable = false
            return
        }
        guard let one = try masked.next(), let other = try plain.next() else {
            throw MaskStreamError(.software, "an encoded file has lost frames")
        }
        figures.masked.error.add(one, original: original, mask: mask)
        figures.plain.error.add(other, original: original, mask: mask)
    }
}
