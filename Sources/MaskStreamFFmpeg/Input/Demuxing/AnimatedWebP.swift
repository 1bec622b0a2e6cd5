internal import CFFmpeg

extension Demuxer {
    /// Whether the input is a WebP file whose header says that it moves.
    ///
    /// The first chunk of such a file is `VP8X`, whose first byte has a flag for it
    /// (<https://developers.google.com/speed/webp/docs/riff_container>).
    var isAnimatedWebP: Bool {
        let head = head()
        return video.codecpar.pointee.codec_id == AV_CODEC_ID_WEBP && head.count > 20
            && head[8..<16].elementsEqual("WEBPVP8X".utf8) && head[20] & 2 != 0
    }
}
