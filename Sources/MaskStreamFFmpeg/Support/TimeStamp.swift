internal import CFFmpeg
import MaskStream

/// A moment or a length of time, as ticks of a time base; arithmetic saturates.
///
/// Rule: times are compared, added and rescaled here only. Why: containers give any number, and
/// FFmpeg's own functions give a wrong one where a result needs more than 64 bits. Otherwise: one
/// damaged number ends the program, and all other inputs with it.
struct TimeStamp: Comparable {
    let ticks: Int64
    let timeBase: AVRational

    /// No recording has times beyond this: 36 years, counted in nanoseconds.
    static let limit: Int64 = 1 << 60
    /// Where sums and rescaled times saturate.
    static let furthest: Int64 = (1 << 62) - 1
    static let microseconds = AVRational(num: 1, den: 1_000_000)
    static let nanoseconds = AVRational(num: 1, den: 1_000_000_000)

    init(_ ticks: Int64, _ timeBase: AVRational) {
        self.ticks = ticks.clampedTime
        self.timeBase = timeBase
    }

    /// A number of seconds, to the microsecond.
    init(seconds: Double) {
        self.init(Int64(saturating: (seconds * 1e6).rounded()))
    }

    /// A number of microseconds.
    init(_ microseconds: Int64) { self.init(microseconds, Self.microseconds) }

    /// The nearest number of ticks of another time base; halves are rounded away from zero.
    ///
    /// Like `av_rescale_q`.
    func ticks(of other: AVRational) -> Int64 {
        let (multiplier, divisor) = (timeBase * other, other * timeBase)
        guard multiplier != divisor, multiplier > 0, divisor > 0 else { return ticks }
        var (high, low) = ticks.magnitude.multipliedFullWidth(by: multiplier)
        let sum = low.addingReportingOverflow(divisor / 2)
        if sum.overflow { high += 1 }
        low = sum.partialValue
        let furthest = Self.furthest.magnitude
        let size = high < divisor ? divisor.dividingFullWidth((high, low)).quotient : furthest
        return Int64(min(size, furthest)) * ticks.signum()
    }

    /// The value in seconds.
    var seconds: Double { Double(ticks) * Rational(timeBase).value }

    /// Whether a recording can have this time.
    ///
    /// FFmpeg takes numbers near 2^63 for its own marks and gives out what is near 2^48 instead:
    /// so large a number has to lie within 68 years.
    var isPossible: Bool {
        ticks.magnitude < 1 << 47 || (ticks.magnitude <= Self.limit && abs(seconds) <= 0x1p31)
    }

    /// Like `av_compare_ts`.
    static func < (left: TimeStamp, right: TimeStamp) -> Bool {
        let one = left.ticks.multipliedFullWidth(by: Int64(left.timeBase * right.timeBase))
        let other = right.ticks.multipliedFullWidth(by: Int64(right.timeBase * left.timeBase))
        return one < other
    }

    /// Whether both are the same moment, in whatever ticks.
    static func == (left: TimeStamp, right: TimeStamp) -> Bool {
        !(left < right) && !(right < left)
    }

    /// The sum, in ticks of the first.
    static func + (left: TimeStamp, right: TimeStamp) -> TimeStamp {
        TimeStamp(left.ticks.plus(right.ticks(of: left.timeBase)), left.timeBase)
    }

    /// The difference, in ticks of the first.
    static func - (left: TimeStamp, right: TimeStamp) -> TimeStamp {
        TimeStamp(left.ticks.minus(right.ticks(of: left.timeBase)), left.timeBase)
    }
}

extension AVRational {
    /// How many ticks of a second time base, over the denominators of both, one of this is.
    fileprivate static func * (left: AVRational, right: AVRational) -> UInt64 {
        UInt64(max(0, left.num)) * UInt64(max(0, right.den))
    }
}

extension Int64 {
    /// Ticks within ``TimeStamp/furthest``.
    fileprivate var clampedTime: Int64 {
        Swift.min(Swift.max(self, -TimeStamp.furthest), TimeStamp.furthest)
    }

    /// The sum of two numbers of ticks, saturated.
    func plus(_ other: Int64) -> Int64 { (clampedTime + other.clampedTime).clampedTime }

    /// The difference of two numbers of ticks, saturated.
    func minus(_ other: Int64) -> Int64 { (clampedTime - other.clampedTime).clampedTime }

    /// A number of ticks several times, saturated.
    func times(_ count: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: count)
        guard overflow else { return product.clampedTime }
        return (self < 0) == (count < 0) ? TimeStamp.furthest : -TimeStamp.furthest
    }

    /// The time moved by a number of ticks; an unknown one (`AV_NOPTS_VALUE`) stays unknown.
    func moved(by ticks: Int64) -> Int64 { self == noTimestamp ? self : plus(ticks) }
}
