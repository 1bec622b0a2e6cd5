/// The video's time from left to right, in seconds; for a folder the pictures' numbers.
struct TimeAxis {
    /// The width of every drawing, in units of its own.
    static let width = 1000.0

    let start: Double
    let end: Double
    private let isFolder: Bool

    /// Spans a run.
    init(_ log: ReportRecorder) {
        isFolder = log.isFolder
        start = log.start
        end = log.end > log.start ? log.end : log.start + 1
    }

    /// Where a time lies.
    func x(_ time: Double) -> Double {
        min(max((time - start) / (end - start), 0), 1) * Self.width
    }

    /// What the axis counts.
    var name: String { isFolder ? "picture" : "video time" }

    /// Whether times are told in minutes or hours.
    var isClock: Bool { !isFolder && end >= 120 }

    /// A time as text with its unit.
    func text(_ time: Double, places: Int = 2) -> String {
        if isFolder { return "picture " + ReportText.number(time, 0) }
        return isClock ? Self.clock(time, places) : ReportText.number(time, places) + " s"
    }

    /// A length as text with its unit.
    static func length(_ seconds: Double) -> String {
        seconds < 60 ? ReportText.number(seconds, 2) + " s" : clock(seconds, 0)
    }

    /// Round times for the scale, six at most.
    var ticks: [(x: Double, text: String)] {
        let steps: [Double] = [
            0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800,
            3600, 7200, 14400, 28800, 86400,
        ].filter { !isFolder || $0 >= 1 }
        let least = (end - start) / 6
        let step = steps.first { $0 >= least } ?? (least / 86400).rounded(.up) * 86400
        let places = step >= 1 ? 0 : step >= 0.1 ? 1 : 2
        let first = (start / step).rounded(.up)
        return (0...6).map { (first + Double($0)) * step }.filter { $0 <= end }.map { time in
            let text =
                isFolder
                ? ReportText.number(time, 0)
                : isClock ? Self.clock(time, 0) : ReportText.number(time, places) + " s"
            return (x(time), text)
        }
    }

    /// `M:SS` or `H:MM:SS`, with decimals of seconds.
    private static func clock(_ seconds: Double, _ places: Int) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return "–" }
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let units = Int((abs(seconds) * Double(scale)).rounded())
        let (whole, rest) = units.quotientAndRemainder(dividingBy: scale)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let (hours, minutes, second) = (whole / 3600, whole / 60 % 60, padded(whole % 60, 2))
        let decimals = places > 0 ? "." + padded(rest, places) : ""
        let sign = seconds < 0 && units > 0 ? "-" : ""
        return hours > 0
            ? "\(sign)\(hours):\(padded(minutes, 2)):\(second)\(decimals)"
            : "\(sign)\(minutes):\(second)\(decimals)"
    }
}

/// A scale from bottom to top with round marks.
struct ValueAxis {
    /// The height of every drawing, in units of its own.
    static let height = 100.0

    let low: Double
    let high: Double
    let ticks: [Double]
    private let places: Int
    /// What stands behind a number, as ` %`.
    let unit: String

    /// Covers the range of some values with three to six marks.
    init(covering range: ClosedRange<Double>, unit: String = "") {
        let span = max(range.upperBound - range.lowerBound, 1e-3)
        let raw = span / 4
        var magnitude = 1e-4
        while magnitude * 10 <= raw { magnitude *= 10 }
        let step = [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= raw } ?? raw
        let first = (range.lowerBound / step + 1e-9).rounded(.down)
        let last = max(first + 1, (range.upperBound / step - 1e-9).rounded(.up))
        low = first * step
        high = last * step
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        places = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
        self.unit = unit
    }

    /// Where a value lies; 0 is the top.
    func y(_ value: Double) -> Double {
        (1 - min(max((value - low) / (high - low), 0), 1)) * Self.height
    }

    /// A mark's text.
    func text(_ value: Double) -> String { ReportText.number(value, places) + unit }
}
