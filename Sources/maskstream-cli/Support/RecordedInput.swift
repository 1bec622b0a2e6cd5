import Foundation
import MaskStream
import MaskStreamFFmpeg

/// An input with an end that can be read again: a file, a URL, or a folder of images.
struct RecordedInput: Sendable {
    /// The input, opened at its beginning.
    struct Opened {
        let source: any FrameSource
        let duration: Double?
        /// Whether each frame is an image of its own.
        let isImage: Bool
    }

    let options: InputOptions
    /// Whether it is a folder of images.
    let isFolder: Bool
    /// Why it has to be one, as `compare reads its input twice`.
    private let need: String

    /// - Throws: `MaskStreamError` with code `usage` for pipes and devices.
    init(_ options: InputOptions, need: String) throws {
        self.options = options
        self.need = need
        var info = stat()
        let kind = stat(options.location, &info) == 0 ? info.st_mode & S_IFMT : nil
        isFolder = kind == S_IFDIR
        guard options.location != "-", !options.isCamera, [nil, S_IFDIR, S_IFREG].contains(kind)
        else { throw notRecorded }
    }

    private var notRecorded: MaskStreamError {
        MaskStreamError(
            .usage, "\(need) (\(withoutCredentials(options.location)))",
            hint: "write it to a file first, and give that")
    }

    /// Opens the input.
    func open(warn: @escaping WarningReport) throws -> Opened {
        guard !isFolder else {
            let folder = try ImageFolder(options.location, isRecursive: options.isRecursive)
            folder.warnings.forEach(warn)
            let source = try ImageFolderSource(folder, options: options, warn: warn)
            return Opened(source: source, duration: nil, isImage: true)
        }
        let source = try FFmpegSource(options, warn: warn)
        guard !source.isLive else { throw notRecorded }
        return Opened(source: source, duration: source.duration, isImage: source.isImage)
    }
}
