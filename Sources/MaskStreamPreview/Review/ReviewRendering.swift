/// How far an analysis is rendered.
package struct ReviewRendering: Sendable, Encodable, Equatable {
    /// What it does now.
    package enum State: String, Sendable, Encodable {
        /// Nobody has asked for it, or there is no output.
        case idle
        /// Frames are written.
        case running
        /// The output is complete.
        case done
        /// There is no output; the message says why.
        case failed
    }

    package var state = State.idle
    /// Where the output goes; nil where none was named.
    package var output: String?
    /// The share of the frames that are written, from 0 to 1.
    package var fraction = 0.0
    /// Seconds still to go; nil where unknown.
    package var eta: Double?
    /// What went wrong, or what the run came to.
    package var message = ""
    /// The tag of the edits that it was rendered with.
    package var tag: String?

    /// Nothing is rendered yet.
    package init(output: String?) { self.output = output }
}
