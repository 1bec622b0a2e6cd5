/// What a review's timeline learns of one frame.
package struct ReviewFrame: Sendable, Equatable {
    package var number: Int
    /// Seconds.
    package var time: Double
    package var threshold: Float
    package var miss: Miss?
    package var beginsScene = false
    /// The tracks of the subjects that were found.
    package var tracks: [Int] = []

    /// Makes the note of a frame.
    package init(
        number: Int, time: Double, threshold: Float, miss: Miss? = nil, beginsScene: Bool = false,
        tracks: [Int] = []
    ) {
        self.number = number
        self.time = time
        self.threshold = threshold
        self.miss = miss
        self.beginsScene = beginsScene
        self.tracks = tracks
    }
}

extension ReviewFrame {
    /// Takes what the event of a frame tells.
    package init(_ outline: FrameOutline) {
        self.init(
            number: outline.frame, time: outline.time, threshold: Float(outline.threshold),
            miss: outline.miss, beginsScene: outline.beginsScene, tracks: outline.tracks)
    }
}
