internal import CFFmpeg

/// An open `AVFormatContext` and what it reads from, closed on request or with the last reference.
final class OpenInput {
    /// FFmpeg's own view of the input.
    let context: UnsafeMutablePointer<AVFormatContext>
    /// The reader of stdin or a named pipe; nil where FFmpeg reads by itself.
    let reader: PipeReader?
    private let file: UnsafeMutablePointer<AVIOContext>?
    private var isOpen = true

    /// Takes over an open context; `file` is the reader that was opened for it, if any.
    init(
        _ context: UnsafeMutablePointer<AVFormatContext>, reader: PipeReader?,
        file: UnsafeMutablePointer<AVIOContext>?
    ) {
        self.context = context
        self.reader = reader
        self.file = file
    }

    deinit { close() }

    /// Closes the input; the context must not be used afterwards.
    ///
    /// Wraps `avformat_close_input`.
    func close() {
        guard isOpen else { return }
        isOpen = false
        var closing: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&closing)
        if let file { avio_close(file) }
    }
}

extension UnsafeMutablePointer<AVFormatContext> {
    /// All streams in the container's order.
    var streamPointers: [UnsafeMutablePointer<AVStream>] {
        UnsafeBufferPointer(start: pointee.streams, count: Int(pointee.nb_streams)).compactMap {
            $0
        }
    }
}
