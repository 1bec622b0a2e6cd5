import Foundation
import MaskStream
import MaskStreamFFmpeg

/// An input that can be read more than once.
struct ComparisonInput: Sendable {
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

    /// - Throws: `MaskStreamError` with code `usage` for pipes and devices.
    init(_ options: InputOptions) throws {
        self.options = options
        var info = stat()
        let kind = stat(options.location, &info) == 0 ? info.st_mode & S_IFMT : nil
        isFolder = kind == S_IFDIR
        guard options.location != "-", !options.isCamera, [nil, S_IFDIR, S_IFREG].contains(kind)
        else { throw Self.readOnce(options.location) }
    }

    private static func readOnce(_ location: String) -> MaskStreamError {
        MaskStreamError(
            .usage, "compare reads its input twice (\(withoutCredentials(location)))",
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
        guard !source.isLive else { throw Self.readOnce(options.location) }
        return Opened(source: source, duration: source.duration, isImage: source.isImage)
    }
}
