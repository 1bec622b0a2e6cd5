import Dispatch

/// Moments of the clock that counts since the machine started, in nanoseconds.
///
/// Rule: their differences and sums are made here only. Why: another thread may have noted a moment
/// that is later than this one's. Otherwise: the difference underflows and ends the program.
package enum Uptime {
    /// The present moment.
    package static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Nanoseconds from one moment to another; 0 where that is not later.
    package static func elapsed(from start: UInt64, to end: UInt64 = now) -> UInt64 {
        end > start ? end - start : 0
    }

    /// Seconds from one moment to another; 0 where that is not later.
    package static func seconds(from start: UInt64, to end: UInt64 = now) -> Double {
        Double(elapsed(from: start, to: end)) / 1e9
    }

    /// The moment a number of seconds after another; the last of all where there is none.
    package static func moment(_ seconds: Double, after start: UInt64 = now) -> UInt64 {
        let sum = start.addingReportingOverflow(UInt64(saturating: seconds * 1e9))
        return sum.overflow ? .max : sum.partialValue
    }
}

extension FixedWidthInteger {
    /// The nearest number towards zero of which the type has one; 0 for what is no number.
    package init(saturating value: Double) {
        let whole = value.rounded(.towardZero)
        self = Self(exactly: whole) ?? (whole > 0 ? .max : whole < 0 ? .min : 0)
    }
}
