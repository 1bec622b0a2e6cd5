/// Something that a detector still finds in masked frames, followed from frame to frame of a scene.
public struct VerificationFinding: Sendable, Codable, Equatable {
    /// The image's file where the frames are images of a folder; nil in a video.
    public var file: String?
    /// Seconds of the first frame in which it is found.
    public var from: Double
    /// Seconds at which the last such frame ends.
    public var to: Double
    /// Frames in which it is found.
    public var frames: Int
    /// Left, top, width and height in displayed pixels, where its score is highest.
    public var box: [Int]
    /// Its highest score, 0 to 1.
    public var score: Double

    /// Makes a finding, its numbers rounded.
    public init(
        file: String? = nil, from: Double, to: Double, frames: Int, box: Box, score: Float
    ) {
        self.file = file
        self.from = from.rounded(places: 6)
        self.to = to.rounded(places: 6)
        self.frames = frames
        self.box = [box.x, box.y, box.width, box.height]
        self.score = Double(score).rounded(places: 4)
    }

    /// Goes on with what is found in the next frame.
    mutating func join(_ next: VerificationFinding) {
        to = next.to
        frames += next.frames
        if next.score > score { (box, score) = (next.box, next.score) }
    }
}
