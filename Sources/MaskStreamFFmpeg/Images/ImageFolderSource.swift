import Foundation
public import MaskStream

/// The images of a folder as frames, each with its own size and its file's path below the folder.
///
/// An image that cannot be read does not stop the others; the first such error is thrown at the
/// end.
public struct ImageFolderSource: FrameSource {
    /// The format of the first image that can be read; others differ.
    public let format: FrameFormat

    private let folder: ImageFolder
    private let images: [String]
    private let options: InputOptions
    private let warn: WarningReport
    private var index = 0
    /// How many images are wanted yet.
    private var left: Int
    private var failures = ImageFailures()

    /// Opens the first image of a folder.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - images: those that are read; nil reads all.
    ///   - options: how each is read.
    ///   - warn: gets each warning.
    /// - Throws: `MaskStreamError` 64 for options that mean nothing to images, 65 where there is
    ///   no image that can be decoded.
    public init(
        _ folder: ImageFolder, images: [String]? = nil, options: InputOptions,
        warn: @escaping WarningReport
    ) throws {
        if options.start != nil || options.end != nil {
            throw MaskStreamError(
                .usage, "--start and --end mean nothing to a folder of images (\(folder.path))",
                hint: "--frames takes the first so many")
        }
        self.folder = folder
        self.images = images ?? folder.images
        left = options.frameLimit ?? .max
        if let kind = options.hardware.kind {
            warn(
                MediaWarning(
                    "software_decoder",
                    "images are decoded in software (--hwaccel \(kind), \(folder.path))"))
        }
        var options = options
        options.hardware = .none
        self.options = options
        self.warn = warn
        var first: FrameFormat?
        var failed = ImageFailures()
        for image in self.images where first == nil {
            do {
                first = try Self.open(folder, image, options, warn).format
            } catch {
                failed.add(error, warn)
            }
        }
        guard let first else { throw failed.error(of: self.images.count) }
        format = first
    }

    /// The next image that can be read.
    ///
    /// - Throws: at the end, the first error of an image or folder that could not be read.
    public mutating func next() throws -> Frame? {
        while index < images.count, left > 0 {
            let image = images[index]
            index += 1
            do {
                var source = try Self.open(folder, image, options, warn)
                guard let frame = try source.next() else { continue }
                left -= 1
                return frame.replacing(pts: Int64(index - 1))
            } catch {
                failures.add(error, warn)
            }
        }
        guard failures.count == 0 else { throw failures.error(of: images.count) }
        guard let folder = folder.unreadable.first else { return nil }
        throw MaskStreamError(
            .noInput,
            "\(self.folder.unreadable.count) folders cannot be read, the first: \(folder.reason) "
                + "(\(self.folder.path)/\(folder.path))",
            hint: "the other images were written; check the permissions")
    }

    private static func open(
        _ folder: ImageFolder, _ image: String, _ options: InputOptions,
        _ warn: @escaping WarningReport
    ) throws -> any FrameSource {
        var options = options
        options.location = "\(folder.path)/\(image)"
        options.file = image
        let source = try FFmpegSource(options, warn: warn)
        if !source.isImage {
            warn(MediaWarning("first_frame", "\(image) moves: its first frame is taken"))
        }
        return source.format.orientation == .upright ? source : UprightSource(source)
    }
}

/// The images that could not be read: how many, and the first one's error.
private struct ImageFailures {
    private(set) var count = 0
    private var first: MaskStreamError?

    mutating func add(_ error: any Error, _ warn: WarningReport) {
        let error = error as? MaskStreamError ?? MaskStreamError(.badData, "\(error)")
        count += 1
        first = first ?? error
        warn(MediaWarning("picture_failed", "skipped: \(error.message)"))
    }

    /// The error for all of them, among so many images.
    func error(of total: Int) -> MaskStreamError {
        let others = count < total ? "the others were written" : first?.hint
        return MaskStreamError(
            first?.code ?? .badData,
            "\(count) of \(total) images failed, the first: \(first?.message ?? "")",
            hint: others, underlying: first)
    }
}
