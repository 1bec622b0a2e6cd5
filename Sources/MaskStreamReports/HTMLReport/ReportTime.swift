import Foundation

/// The times of a run in words: seconds of video; for a folder the images' numbers.
struct ReportTime {
    /// Seconds of the first frame and of the last one's end.
    let start: Double
    let end: Double
    private let isFolder: Bool

    /// Spans a run.
    init(_ recorder: ReportRecorder) {
        isFolder = recorder.isFolder
        start = recorder.start
        end = recorder.end > recorder.start ? recorder.end : recorder.start + 1
    }

    /// How `chart.js` writes these times.
    var kind: String { isFolder ? "image" : isClock ? "clock" : "seconds" }

    /// Whether times are written in minutes or hours.
    private var isClock: Bool { !isFolder && end >= 120 }

    /// A time with its unit.
    func text(_ time: Double) -> String {
        if isFolder { return "image " + ReportText.number(time, 0) }
        return isClock ? Self.clock(time, 2) : ReportText.number(time, 2) + " s"
    }

    /// A length with its unit.
    static func length(_ seconds: Double) -> String {
        seconds < 60 ? ReportText.number(seconds, 2) + " s" : clock(seconds, 0)
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
