package import MaskStream

/// An analysis that is looked at, corrected and rendered.
///
/// Everything here is asked for from any thread. What takes long, as a rendered moment, holds up
/// nobody but who asks for it.
package protocol Reviewed: Sendable {
    /// The input's name without credentials.
    var name: String { get }

    /// What happened from one time to another, in seconds; nil stands for the whole.
    ///
    /// - Throws: `MaskStreamError` where the analysis is damaged.
    func timeline(from start: Double?, to end: Double?) throws -> ReviewTimeline

    /// What is known of a frame.
    ///
    /// - Throws: ``WatchRefusal`` where there is no such frame.
    func moment(at place: ReviewPlace) throws -> ReviewMoment

    /// A frame as a JPEG, as rendering makes it with the edits in force.
    ///
    /// ``WatchView/original`` is asked for only where the server was configured to show it.
    ///
    /// - Throws: ``WatchRefusal`` where there is no such frame.
    func image(_ view: WatchView, frame: Int) throws -> [UInt8]

    /// The edits in force as JSON, and their tag.
    ///
    /// - Throws: `MaskStreamError` where their file is damaged.
    func edits() throws -> TaggedEdits

    /// Puts other edits in force, and gives their tag; they are on the disk afterwards.
    ///
    /// - Parameters:
    ///   - json: all edits, in the form of ``edits()``.
    ///   - tag: the tag of the edits that they replace.
    /// - Throws: ``StaleEdits`` where others are in force by now, `MaskStreamError` for what is no
    ///   edit; the edits in force then stay as they are.
    func replaceEdits(_ json: [UInt8], tagged tag: String) throws -> String

    /// How far rendering is.
    var rendering: ReviewRendering { get }

    /// Begins to render with the edits in force.
    ///
    /// - Throws: ``WatchRefusal`` where it is under way, or there is no output.
    func beginRendering() throws

    /// Stops rendering; nothing happens where it is not under way.
    func stopRendering()
}

/// Which frame is asked for.
package enum ReviewPlace: Sendable, Equatable {
    /// The frame of a number, counted from 0.
    case frame(Int)
    /// The frame that is shown at a time, in seconds.
    case time(Double)
}

/// Edits with what identifies them.
package struct TaggedEdits: Sendable {
    /// All edits.
    package let json: [UInt8]
    /// The SHA-256 of their file; of no bytes where there is none.
    package let tag: String

    /// Joins edits and their tag.
    package init(json: [UInt8], tag: String) {
        self.json = json
        self.tag = tag
    }
}

/// The refusal to replace edits that somebody else has replaced since they were read.
package struct StaleEdits: Error {
    /// Refuses.
    package init() {}
}
