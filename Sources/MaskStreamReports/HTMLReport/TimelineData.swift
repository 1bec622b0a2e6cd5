import Foundation
import MaskStream

/// What `chart.js` draws of a run: times in seconds, values in each chart's unit.
struct TimelineData: Encodable {
    struct Chart: Encodable {
        let id: String
        /// The values that the scale covers; nil for rows.
        var range: [Double]?
        var unit = ""
        var lines: [Line] = []
        var rows: [Row] = []
        /// Values that are drawn across.
        var levels: [Double] = []
    }

    struct Line: Encodable {
        let name: String
        var dotted = false
        /// `[time, mean]` or `[time, mean, least, most]`; null breaks the line.
        let points: [[Double]?]
    }

    struct Row: Encodable {
        let name: String
        let groups: [Spans]
    }

    /// Stretches from one time to another that look alike.
    struct Spans: Encodable {
        let style: String
        var name: String?
        let spans: [[Double]]
    }

    let kind: String
    let start: Double
    let end: Double
    let charts: [Chart]
    let shades: [Spans]
    let cuts: [Double]

    /// A point of a line; nil where there is no value.
    static func point(_ time: Double, _ spread: Spread, scale: Double = 1) -> [Double]? {
        guard let mean = spread.mean else { return nil }
        let values =
            spread.least == spread.most
            ? [mean] : [mean, Double(spread.least), Double(spread.most)]
        return [rounded(time)] + values.map { rounded($0 * scale) }
    }

    /// Six decimals are more than can be seen.
    static func rounded(_ value: Double) -> Double {
        let rounded = (value * 1e6).rounded() / 1e6
        return rounded.isFinite ? rounded : value
    }
}
