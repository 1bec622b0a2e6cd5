import Foundation
import MaskStream
import MaskStreamFFmpeg

/// How both files are encoded.
struct PairEncoder: Sendable {
    let crf: Int
    let preset: String
    let fill: MaskFill

    /// Opens a file for pictures of a format.
    func sink(_ path: String, format: FrameFormat) throws -> FFmpegSink {
        var options = OutputOptions(destination: path)
        options.codec = "libx264"
        options.crf = Double(crf)
        options.preset = preset
        options.overwrite = true
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
/// A stream becomes two files, which are decoded and compared with the input at the end; pictures of
/// a folder become two files each, compared at once.
struct EncodedPair {
    private let input: ComparisonInput
    private let encoder: PairEncoder
    private let folder: TemporaryOutputs
    private var sinks: (masked: FFmpegSink, plain: FFmpegSink)?
    private var spans: [MaskSpans] = []
    private var figures = EncodedFigures()

    init(_ input: ComparisonInput, _ encoder: PairEncoder, folder: TemporaryOutputs) {
        self.input = input
        self.encoder = encoder
        self.folder = folder
    }

    /// Encodes a frame.
    mutating func write(_ work: borrowing FrameWork) throws {
        let sinks = try sinks ?? open(work.source.format)
        switch work.output {
        case .some(let frame): try sinks.masked.write(frame)
        case nil: throw MaskStreamError(.software, "no stage painted the frame")
        }
        try sinks.plain.write(work.source)
        let grid = work.source.format.maskGrid
        let mask = work.mask ?? Mask(width: grid.width, height: grid.height)
        guard work.source.file != nil else {
            self.sinks = sinks
            spans.append(MaskSpans(mask))
            return
        }
        var files = try close(sinks)
        try files.compare(work.source, mask: mask, into: &figures)
    }

    /// Completes both files and measures them.
    mutating func finish() throws -> EncodedFigures {
        guard let sinks else { return figures }
        var files = try close(sinks)
        var source = try input.open(warn: { _ in }).source
        for spans in spans {
            guard let original = try source.next() else { break }
            try files.compare(original, mask: spans.mask, into: &figures)
        }
        return figures
    }

    private func open(_ format: FrameFormat) throws -> (masked: FFmpegSink, plain: FFmpegSink) {
        let masked = RenderStage.outputFormat(format, emit: .masked, fill: encoder.fill)
        return (
            try encoder.sink(folder.masked, format: masked),
            try encoder.sink(folder.plain, format: format)
        )
    }

    private mutating func close(
        _ sinks: (masked: FFmpegSink, plain: FFmpegSink)
    ) throws -> DecodedPair {
        try sinks.masked.finish()
        try sinks.plain.finish()
        figures.masked.bytes += try Bench.size(folder.masked)
        figures.plain.bytes += try Bench.size(folder.plain)
        return try DecodedPair(folder)
    }
}

/// Reads both files back.
private struct DecodedPair {
    private var masked: FFmpegSource
    private var plain: FFmpegSource

    init(_ folder: TemporaryOutputs) throws {
        masked = try FFmpegSource(InputOptions(folder.masked))
        plain = try FFmpegSource(InputOptions(folder.plain))
    }

    /// Compares the next frame of both with the original.
    mutating func compare(
        _ original: borrowing Frame, mask: Mask, into figures: inout EncodedFigures
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

/// A folder of its own for the files that are encoded only to be measured.
struct TemporaryOutputs: Sendable {
    private let folder: String

    /// Makes the folder.
    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("maskstream-compare-\(getpid())")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw MaskStreamError(
                .cannotCreate, "no folder for temporary files (\(url.path))",
                hint: "let TMPDIR name a folder that can be written to", underlying: error)
        }
        folder = url.path
    }

    var masked: String { folder + "/masked.mkv" }
    var plain: String { folder + "/plain.mkv" }

    /// Removes the folder with all that is in it.
    func remove() {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            // What cannot be removed does no harm.
        }
    }
}
