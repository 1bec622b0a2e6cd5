/// What happened to the input's data, counted up to the moment of asking.
public struct InputStatistics: Sendable, Hashable {
    /// Packets that were damaged, had impossible times, or failed to decode.
    public var corrupt = 0
    /// Frames that were delivered as damaged.
    public var damagedFrames = 0
    /// Frames that never came out of the decoder because their data is damaged.
    public var missingFrames = 0
    /// Frames that came without a time and were given one.
    public var missingTimes = 0
    /// Frames whose time did not increase and was moved.
    public var nonIncreasingTimes = 0
    /// Frames of a camera that were skipped because a newer one waited.
    public var skipped = 0

    /// Statistics of an input of which nothing was read.
    public init() {}

    static func + (left: InputStatistics, right: InputStatistics) -> InputStatistics {
        var sum = left
        sum.corrupt += right.corrupt
        sum.damagedFrames += right.damagedFrames
        sum.missingFrames += right.missingFrames
        sum.missingTimes += right.missingTimes
        sum.nonIncreasingTimes += right.nonIncreasingTimes
        sum.skipped += right.skipped
        return sum
    }
}
