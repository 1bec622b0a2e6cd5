import Foundation
import MaskStream

extension FFmpegSource {
    /// The extensions by which a folder's pictures are found.
    static let pictureExtensions: Set<String> = [
        "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "avif", "jxl", "jp2", "j2k",
        "ppm", "pgm", "pbm", "pnm", "pam", "tga", "qoi", "exr", "dpx", "sgi", "psd", "hdr", "pcx",
        "svg", "heic",
    ]

    /// The paths of a folder's pictures, sorted by name; hidden files and folders are left out.
    ///
    /// Pictures of a folder differ in size, so that each is opened as a source of its own.
    ///
    /// - Throws: `MaskStreamError` 66 where the folder cannot be read, 65 where it has none.
    public static func pictures(inFolder folder: String) throws -> [String] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw MaskStreamError(
                .noInput, "cannot read the folder (\(folder))",
                hint: "check the path and its permissions", underlying: error)
        }
        let pictures = names.filter { name in
            !name.hasPrefix(".")
                && pictureExtensions.contains((name as NSString).pathExtension.lowercased())
        }
        let paths = pictures.sorted().map { (folder as NSString).appendingPathComponent($0) }
        guard !paths.isEmpty else {
            throw MaskStreamError(
                .badData, "the folder has no picture (\(folder))",
                hint: "pictures are found by their extension: jpg, png, webp and others")
        }
        return paths
    }
}
