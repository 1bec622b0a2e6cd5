/// What an image of a stream shows.
public enum WatchView: String, Sendable, CaseIterable {
    /// The frame as it leaves: masked pixels show the fill alone.
    case masked
    /// The confidence map as an image; it holds no pixel of the frame.
    case confidence
    /// The frame before it was masked.
    ///
    /// Asked for only where ``WatchServer`` was configured to show originals.
    case original
}

/// One image of a stream, ready to be sent.
public struct WatchImage: Sendable {
    /// The number of the frame that it shows.
    public var frame: Int
    /// A complete JPEG file.
    public var jpeg: [UInt8]

    /// Joins a frame's number and its image.
    public init(frame: Int, jpeg: [UInt8]) {
        self.frame = frame
        self.jpeg = jpeg
    }
}

/// One stream that can be watched: an input on its way through the masker.
///
/// Everything here is asked for from any thread, by several viewers at once, and by each at its own
/// pace: an answer takes at most the time of encoding one image, and waits for no frame.
public protocol Watched: Sendable {
    /// The input's name without credentials.
    var name: String { get }

    /// The newest image in a view; nil where there is none yet, or none newer than a frame.
    ///
    /// Asked about seventy times a second while a viewer waits, so nil has to be cheap. Several
    /// viewers ask for the same image: it is kept for the next one. Numbers may begin anew, as
    /// long as ``WatchStatus/frame`` does so too: the page then asks for any image.
    ///
    /// - Parameters:
    ///   - view: what the image has to show.
    ///   - after: a frame's number as ``WatchImage/frame`` gave it; nil for any image.
    func image(_ view: WatchView, after: Int?) -> WatchImage?

    /// How the stream fares now.
    ///
    /// - Parameter frame: samples are wanted of frames after this one; nil for all that there are,
    ///   `Int.max` for none.
    func status(since frame: Int?) -> WatchStatus

    /// Does what a viewer asks for, or begins to: loading a profile goes on after the return.
    ///
    /// - Throws: ``WatchRefusal`` with a sentence for the viewer.
    func apply(_ command: WatchCommand) throws
}
