/// Whether a keep edit holds: from a frame on of which somebody has made sure what it shows, to the
/// next one from which on nobody knows.
struct KeepWatch {
    /// A microsecond is less than any tick that matters and more than rounding errors.
    private static let tolerance = 1e-6

    private let confirmed: [Double]
    private var next = 0
    /// Whether the edit holds for the frame that was noted last.
    private(set) var holds = false

    /// - Parameter confirmed: when somebody has made sure, in seconds; none is the first frame in
    ///   which there is anything to keep.
    init(confirmed: [Double]) {
        self.confirmed = confirmed.isEmpty ? [-.infinity] : confirmed.sorted()
    }

    /// Whether somebody has made sure of a frame, as the next one.
    func isConfirmed(at time: Double) -> Bool {
        next < confirmed.count && time >= confirmed[next] - Self.tolerance
    }

    /// Notes a frame.
    ///
    /// - Parameters:
    ///   - time: the frame's, in seconds.
    ///   - isPresent: whether there is anything to keep. What is confirmed from the first frame on
    ///     waits for that; at any other time what is confirmed is there or is not.
    ///   - isClear: whether it is apart from all else.
    ///   - goesOn: whether it is, without a doubt, what was there in the frame before.
    mutating func note(_ time: Double, isPresent: Bool, isClear: Bool, goesOn: Bool) {
        let isConfirmed = isConfirmed(at: time)
        while self.isConfirmed(at: time), isPresent || confirmed[next] > -.infinity { next += 1 }
        holds = isPresent && isClear && (isConfirmed || holds && goesOn)
    }
}
