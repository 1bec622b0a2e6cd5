/// What a second look at masked frames came to.
public struct Verification: Sendable, Equatable {
    /// How many findings are kept: those that end first.
    public static let mostFindings = 1000

    /// Frames that were looked at.
    public private(set) var frames = 0
    /// Those of them without a map that can be trusted: nobody knows what they show.
    public private(set) var unexamined = 0
    /// The findings, at most ``mostFindings``.
    public private(set) var findings: [VerificationFinding] = []
    /// How many findings there are.
    public private(set) var count = 0
    /// Scenes of the masked frames with a finding.
    public private(set) var scenes = 0
    private var isSceneCounted = false

    /// Nothing was looked at yet.
    public init() {}

    /// Counts a frame.
    mutating func count(isExamined: Bool) {
        frames += 1
        if !isExamined { unexamined += 1 }
    }

    /// Begins a scene.
    mutating func beginScene() { isSceneCounted = false }

    /// Adds what another look came to, at frames of other scenes.
    package mutating func add(_ other: Verification) {
        frames += other.frames
        unexamined += other.unexamined
        count += other.count
        scenes += other.scenes
        findings += other.findings.prefix(Self.mostFindings - findings.count)
    }

    /// Adds findings of the present scene.
    mutating func add(_ ended: [VerificationFinding]) {
        guard !ended.isEmpty else { return }
        count += ended.count
        findings += ended.prefix(Self.mostFindings - findings.count)
        if !isSceneCounted { scenes += 1 }
        isSceneCounted = true
    }
}
