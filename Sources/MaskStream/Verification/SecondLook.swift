/// Who looked at masked frames a second time, and what that came to: counts, and nothing of the frames.
public struct SecondLook: Sendable, Codable, Equatable {
    /// The detector's profile: its name, and the SHA-256 of all that it consists of.
    public var profile: [String: String]
    /// The score above which something is found, the profile's `levels.region`.
    public var level: Double
    /// Whether the detector's network is the one by whose maps the frames were masked; nil where
    /// nobody says by which they were.
    public var sameEstimator: Bool?
    /// Frames that were looked at.
    public var frames: Int
    /// Those of them without a map that can be trusted.
    public var unexamined: Int
    /// How many findings there are.
    public var findings: Int
    /// Scenes with a finding.
    public var scenes: Int

    /// Makes a record.
    public init(
        profile: [String: String], level: Float, sameEstimator: Bool?, _ verification: Verification
    ) {
        self.profile = profile
        self.level = Double(level).rounded(places: 4)
        self.sameEstimator = sameEstimator
        frames = verification.frames
        unexamined = verification.unexamined
        findings = verification.count
        scenes = verification.scenes
    }
}
