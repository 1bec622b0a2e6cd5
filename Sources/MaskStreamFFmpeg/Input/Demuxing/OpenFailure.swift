internal import CFFmpeg
import Foundation
import MaskStream

extension DemuxerOpening {
    /// Says in the user's words why an input could not be opened.
    func failure(_ code: Int32, byteCount: Int?) -> MaskStreamError {
        Self.failure(code, location: location, byteCount: byteCount, interrupt: interrupt)
    }

    private static func failure(
        _ code: Int32, location: InputLocation, byteCount: Int?, interrupt: MediaInterrupt
    ) -> MaskStreamError {
        let name = location.name
        let cause = FFmpegError(
            code: code, operation: "open", path: name, lastLogLine: FFmpegLog.takeLastLine())
        let make = { (code: MaskStreamError.Code, message: String, hint: String?) in
            MaskStreamError(code, "\(message) (\(name))", hint: hint, underlying: cause)
        }
        if interrupt.isStopped { return make(.inputOutput, "stopped while opening", nil) }
        if location.isCamera { return cameraFailure(cause, make) }
        if interrupt.isTimedOut {
            return make(
                .noInput, "no data for \(Int(Demuxer.networkTimeout)) s",
                "check the address, the network and the sender")
        }
        switch code {
        case ms_averror(ENOENT), ms_averror(EACCES), ms_averror(EPERM), ms_averror(EISDIR),
            ms_averror(ENXIO), ms_averror(EMFILE), ms_averror(ENFILE):
            return make(
                .noInput, "cannot read input: \(cause.reason)",
                MaskStreamError.hint(-code, otherwise: "check the path and permissions"))
        default: break
        }
        if case .url = location, code != ms_averror_invalid_data() {
            let isData = code == ReturnCode.endOfFile
            // To FFmpeg a name that is not found is any failure; its log says which.
            let line = code == ms_averror(EIO) ? cause.lastLogLine : nil
            let said = line.map { ": " + ($0.split(separator: "] ", maxSplits: 1).last ?? "") }
            return make(
                isData ? .badData : .noInput, "cannot open input: \(cause.reason)\(said ?? "")",
                "check the address and the network")
        }
        var facts = stat()
        let isEmpty =
            if case .file(let path) = location {
                stat(path, &facts) == 0 && facts.st_size == 0
            } else { byteCount == 0 }
        if isEmpty { return make(.badData, "input is empty", "give a file with video in it") }
        let said = cause.lastLogLine.map { ": \($0)" } ?? ""
        if case .pipe = location {
            return make(
                .badData, "cannot tell what the input is\(said)",
                "raw frames need --input-format rawvideo --size WxH --rate N --pix-fmt FORMAT; "
                    + "MP4 must be a file")
        }
        return make(
            .badData, "input is no video or image that FFmpeg reads\(said)",
            "check that it plays; --input-format names a format that is not recognised")
    }

    private static func cameraFailure(
        _ cause: FFmpegError, _ make: (MaskStreamError.Code, String, String?) -> MaskStreamError
    ) -> MaskStreamError {
        switch cause.code {
        case ms_averror(ENOENT), ms_averror(ENXIO):
            make(.noInput, "no such camera", "`maskstream devices` lists the cameras")
        case ms_averror(EACCES), ms_averror(EPERM):
            make(.noInput, "cannot read the camera", "add yourself to the group `video`")
        case ms_averror(EBUSY):
            make(.unavailable, "camera is in use", "close the program that uses it")
        default:
            make(
                .unavailable,
                "camera cannot be used: \(cause.lastLogLine ?? cause.reason)",
                "`maskstream devices` lists formats, sizes and rates")
        }
    }
}
