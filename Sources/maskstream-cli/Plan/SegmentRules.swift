import MaskStream

extension SessionPlan {
    /// Refuses a segment of what has none.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func checkSegment() throws {
        guard arguments.input.segment != nil else { return }
        guard !job.isLive, !job.isFolder, job.input != "-" else {
            throw Self.noSegment(of: inputName)
        }
        guard truth?.isByFrame != true else {
            throw MaskStreamError(
                .usage,
                "--labels by frame cannot go with --segment, whose frames have other numbers",
                hint: "give the labels as start,end,label in seconds")
        }
    }

    /// The error for an input that cannot be masked in parts.
    static func noSegment(of input: String) -> MaskStreamError {
        MaskStreamError(
            .usage, "--segment means nothing to this input (\(input))",
            hint: "it is for a video in a file or at a URL: remove it")
    }
}
