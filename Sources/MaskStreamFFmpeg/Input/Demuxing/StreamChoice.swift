internal import CFFmpeg
import MaskStream

/// Which stream is masked.
enum StreamChoice {
    /// Chooses the video stream of an input.
    ///
    /// The first that is marked default, else the first; `wanted` counts video streams from 0.
    /// Attached frames and thumbnails are never chosen and never counted.
    ///
    /// - Throws: `MaskStreamError` 65 where there is no video, 64 where `wanted` is too large.
    static func video(
        in streams: [UnsafeMutablePointer<AVStream>], wanted: Int?, name: String
    ) throws -> Int {
        let pictures = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS
        let isVideo = { (stream: AVStream) in
            stream.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        }
        let candidates = streams.indices.filter {
            isVideo(streams[$0].pointee) && streams[$0].pointee.disposition & pictures == 0
        }
        if let wanted, !candidates.isEmpty {
            guard wanted < candidates.count else {
                throw MaskStreamError(
                    .usage, "--video-stream \(wanted) does not exist (\(name))",
                    hint: candidates.count == 1
                        ? "there is one video stream, number 0"
                        : "there are \(candidates.count) video streams, counted from 0")
            }
            return candidates[wanted]
        }
        let marked = candidates.first {
            streams[$0].pointee.disposition & AV_DISPOSITION_DEFAULT != 0
        }
        if let chosen = marked ?? candidates.first { return chosen }
        let hasCover = streams.contains { isVideo($0.pointee) }
        throw MaskStreamError(
            .badData,
            hasCover
                ? "input has audio and cover art but no video (\(name))"
                : "input has no video stream (\(name))",
            hint: streams.isEmpty
                ? "check that it is a video file that plays" : "give a file with video")
    }
}
