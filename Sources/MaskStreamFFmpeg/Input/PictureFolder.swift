internal import CFFmpeg
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

extension Demuxer {
    /// Whether the input is a WebP file whose header says that it moves.
    ///
    /// The first chunk of such a file is `VP8X`, whose first byte has a flag for it
    /// (<https://developers.google.com/speed/webp/docs/riff_container>).
    var isAnimatedWebP: Bool {
        // What cannot be read now has failed already; this only finds a better reason.
        guard video.codecpar.pointee.codec_id == AV_CODEC_ID_WEBP, case .file(let path) = location,
            let file = FileHandle(forReadingAtPath: path),
            let head = try? file.read(upToCount: 21), head.count == 21
        else { return false }
        return head.dropFirst(8).starts(with: Data("WEBPVP8X".utf8)) && head[20] & 2 != 0
    }
}
