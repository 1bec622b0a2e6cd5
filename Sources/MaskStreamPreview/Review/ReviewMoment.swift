/// What is known of one frame of an analysis.
package struct ReviewMoment: Sendable, Encodable {
    /// A subject that was found in it.
    package struct Subject: Sendable, Encodable {
        /// Its track's number in its scene.
        let track: Int?
        /// Left, top, width and height in displayed pixels.
        let box: [Int]
        let label: String?

        /// Takes what a page shows of a subject.
        package init(track: Int?, box: [Int], label: String?) {
            (self.track, self.box, self.label) = (track, box, label)
        }
    }

    /// The frame's number.
    package let frame: Int
    /// Its time in seconds.
    package let time: Double
    /// When the next frame follows, in seconds.
    package let end: Double
    /// The threshold that was recorded.
    package let threshold: Double
    /// Why there is no map to trust; nil when there is one.
    package let miss: String?
    /// The subjects, largest first.
    package let subjects: [Subject]

    /// Takes what a page shows of a frame.
    package init(
        frame: Int, time: Double, end: Double, threshold: Double, miss: String?,
        subjects: [Subject]
    ) {
        self.frame = frame
        self.time = time
        self.end = end
        self.threshold = threshold
        self.miss = miss
        self.subjects = subjects
    }
}
