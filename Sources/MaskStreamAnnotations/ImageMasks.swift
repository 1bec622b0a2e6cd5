import MaskStream
import MaskStreamFFmpeg

/// The images of a folder in the order of their names, a mask for each frame.
struct ImageMasks: MaskReader {
    static let hasTimes = false
    private let folder: ImageFolder
    private let size: (width: Int, height: Int)
    private var index = 0

    /// Lists a folder; `size` is that of the frames as they are displayed.
    ///
    /// - Throws: what `ImageFolder` throws.
    init(_ path: String, size: (width: Int, height: Int)) throws {
        folder = try ImageFolder(path)
        self.size = size
    }

    mutating func next(at time: Double, tolerance: Double) throws -> ExternalMask {
        guard index < folder.images.count else { return .missing }
        defer { index += 1 }
        do {
            let source = try FFmpegSource(InputOptions("\(folder.path)/\(folder.images[index])"))
            return try source.next().map { ExternalMask($0, size: size) }
                ?? .unusable("it is empty")
        } catch let error as MaskStreamError {
            return .unusable(error.message)
        }
    }

    mutating func hasOthers() throws -> Bool { index < folder.images.count }
}
