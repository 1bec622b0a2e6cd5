import Foundation
public import MaskStream

/// The pictures of a folder as frames, each with its own size and its file's name.
///
/// A picture that cannot be read does not stop the others; the first such error is thrown at the
/// end.
public struct PictureFolderSource: FrameSource {
    /// The format of the first picture that can be read; others differ.
    public let format: FrameFormat
    /// The pictures' file names, sorted.
    public let names: [String]

    private let folder: String
    private let options: InputOptions
    private let warn: WarningReport
    private var index = 0
    private var failed: (count: Int, first: any Error)?

    /// Lists a folder and opens its first picture.
    ///
    /// - Throws: `MaskStreamError` 66 where the folder cannot be read, 65 where it holds no
    ///   picture that can be decoded.
    public init(
        folder: String, options: InputOptions, warn: @escaping WarningReport
    ) throws {
        self.folder = folder
        self.options = options
        self.warn = warn
        names = try FFmpegSource.pictures(inFolder: folder)
            .map { ($0 as NSString).lastPathComponent }
        var first: FrameFormat?
        var failure: (any Error)?
        for name in names where first == nil {
            do {
                first = try Self.open(folder, name, options, warn).format
            } catch {
                failure = failure ?? error
            }
        }
        guard let first else {
            throw failure
                ?? MaskStreamError(.badData, "no picture can be decoded (\(folder))")
        }
        format = first
    }

    /// The next picture that can be read.
    ///
    /// - Throws: at the end, the first error of a picture that could not be read.
    public mutating func next() throws -> Frame? {
        while index < names.count {
            let name = names[index]
            index += 1
            do {
                var source = try Self.open(folder, name, options, warn)
                guard let frame = try source.next() else { continue }
                return frame.replacing(pts: Int64(index - 1))
            } catch {
                failed = ((failed?.count ?? 0) + 1, failed?.first ?? error)
                let message = (error as? MaskStreamError)?.message ?? "\(error)"
                warn(MediaWarning("picture_failed", "left out: \(message)"))
            }
        }
        guard let (count, first) = failed else { return nil }
        let message = (first as? MaskStreamError)?.message ?? "\(first)"
        throw MaskStreamError(
            (first as? MaskStreamError)?.code ?? .badData,
            "\(count) of \(names.count) pictures failed, the first: \(message)",
            hint: "the others were written", underlying: first)
    }

    private static func open(
        _ folder: String, _ name: String, _ options: InputOptions, _ warn: @escaping WarningReport
    ) throws -> any FrameSource {
        var options = options
        options.location = folder + "/" + name
        options.file = name
        let source = try FFmpegSource(options, warn: warn)
        if !source.isPicture {
            warn(MediaWarning("first_frame", "\(name) moves: its first frame is taken"))
        }
        return source.format.orientation == .upright ? source : UprightSource(source)
    }
}
