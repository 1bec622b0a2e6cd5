internal import CFFmpeg
import Foundation
import MaskStream

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
