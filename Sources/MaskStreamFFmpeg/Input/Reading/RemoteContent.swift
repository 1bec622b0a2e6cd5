internal import CFFmpeg
import Foundation
import MaskStream

/// What a server says of the content of a URL before it is read.
package struct RemoteContent: Sendable {
    /// Bytes; nil where the server does not say.
    package let size: Int?
    /// What the server calls this version of the content (RFC 9110, 8.8.3); nil where it does not
    /// say, or says that it may stand for other bytes.
    package let etag: String?
    /// Whether the content leads to other URLs, of which this says nothing.
    package let isPlaylist: Bool

    /// Asks the server; nil where it cannot be reached, which whoever reads the input reports.
    ///
    /// ``FFmpegLog`` must be captured. Wraps `avio_open2` and `avio_size`.
    package init?(_ options: InputOptions) {
        FFmpegLog.begin()
        Secrets.note(options.location, options.options)
        let interrupt = MediaInterrupt()
        interrupt.setTimeout(Demuxer.networkTimeout)
        var callback = interrupt.callback
        var dictionary: OpaquePointer?
        defer { av_dict_free(&dictionary) }
        for (key, value) in options.options { av_dict_set(&dictionary, key, value, 0) }
        var io: UnsafeMutablePointer<AVIOContext>?
        guard avio_open2(&io, options.location, AVIO_FLAG_READ, &callback, &dictionary) >= 0 else {
            return nil
        }
        defer { avio_closep(&io) }
        let bytes = avio_size(io)
        size = bytes < 0 ? nil : Int(bytes)
        var beginning = [UInt8](repeating: 0, count: Playlist.beginning)
        let count = avio_read(io, &beginning, Int32(beginning.count))
        isPlaylist = Playlist.isPlaylist(Data(beginning.prefix(Int(max(count, 0)))))
        let etag = FFmpegLog.takeETag()
        self.etag = etag?.hasPrefix("W/") == true ? nil : etag
    }
}
