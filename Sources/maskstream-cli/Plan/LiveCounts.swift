/// What was counted of live frames.
struct LiveCounts: Sendable {
    /// Frames that came.
    var captured: Int
    /// Frames that were not processed.
    var dropped: Int
    /// Frames that left later than they should.
    var late: Int
}
