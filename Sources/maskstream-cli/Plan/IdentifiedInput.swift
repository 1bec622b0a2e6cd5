import MaskStream
import MaskStreamFFmpeg

extension Job {
    /// What is known of the input before it is opened, and whether it is there at all.
    ///
    /// Of a playlist and of numbered images more is read than the file that is named.
    func identifiedInput() -> (input: Receipt.Input, isThere: Bool) {
        var found = Receipt.Input(name: withoutCredentials(input))
        guard let identity = FileIdentity(input) else {
            guard isHTTP else { return (found, isRemote || input == "-") }
            guard let content = RemoteContent(arguments.input.options(input)) else {
                return (found, false)
            }
            found.size = content.size
            found.etag = content.isPlaylist ? nil : content.etag
            return (found, true)
        }
        if identity.isRegular, Playlist.read(input) == nil,
            arguments.input.inputFormat != "image2", let digest = try? FileDigest(ofFile: input)
        {
            (found.size, found.sha256) = (digest.size, digest.sha256)
        }
        return (found, true)
    }
}
