internal import CFFmpeg
import MaskStream

/// Checks whether frames come at the constant rate that the output declares.
struct ConstantRateCheck {
    private let format: FrameFormat
    private let first: Int64
    private var isWarned = false

    init(_ format: FrameFormat, first: Int64) {
        self.format = format
        self.first = first
    }

    /// A warning, once, when a frame is more than half a frame away from its place.
    mutating func note(_ pts: Int64, number: Int) -> MediaWarning? {
        let rate = format.encoderRate
        let place = Double(number) / rate.value
        let found = Double(pts.minus(first)) * format.timeBase.value
        guard !isWarned, abs(found - place) * rate.value > 0.5 else { return nil }
        isWarned = true
        return MediaWarning(
            "lost_times",
            "y4m holds one constant rate (\(rate)): the frames' own times are lost; "
                + "--format nut keeps them")
    }
}
