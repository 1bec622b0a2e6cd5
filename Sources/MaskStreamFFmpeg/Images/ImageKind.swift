internal import CFFmpeg
import MaskStream

/// Which kind of image a folder's images become, by `--format` and `--codec`; PNG otherwise.
struct ImageKind {
    /// The extension of the files.
    let ending: String

    /// Extensions whose files hold one image.
    private static let endings = [
        "png", "jpg", "webp", "tif", "bmp", "avif", "gif", "apng", "jp2", "jxl", "qoi", "ppm",
        "pgm", "pbm", "pam", "tga", "dpx", "exr", "sgi", "pcx", "jls", "ljpg", "xbm", "xwd",
    ]

    /// - Throws: `MaskStreamError` 64 for a format or codec that makes no images.
    init(_ options: OutputOptions) throws {
        if let format = options.format, format != "image2", format != "image2pipe" {
            let known = ["jpeg": "jpg", "mjpeg": "jpg", "tiff": "tif"][format] ?? format
            guard Self.endings.contains(known) else {
                throw Self.impossible("--format \(format)")
            }
            ending = known
            return
        }
        guard let codec = options.codec else {
            ending = "png"
            return
        }
        let id = try EncoderChoice.named(codec).pointee.id
        let found = try Self.endings.first { ending in
            let name = "image.\(ending)"
            guard av_guess_format(nil, name, nil) != nil else { return false }
            let container = try Container(OutputOptions(destination: name), input: nil)
            return (container.imageCodec ?? container.writer.pointee.video_codec) == id
        }
        guard let found else { throw Self.impossible("--codec \(codec)") }
        ending = found
    }

    private static func impossible(_ option: String) -> MaskStreamError {
        MaskStreamError(
            .usage, "a folder of images becomes images, which \(option) does not make",
            hint: "leave it out for PNG, or choose as --codec mjpeg, libwebp or tiff")
    }
}
