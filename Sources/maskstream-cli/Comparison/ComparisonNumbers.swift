import MaskStreamReports

extension Figure {
    /// The figure for programs.
    var fields: [String: Any] {
        [
            "value": number(value, 4), "difference": number(difference, 4),
            "low": number(interval.lowerBound, 4), "high": number(interval.upperBound, 4),
        ]
    }

    /// The difference in points with its interval.
    var points: String { "\(signed(difference * 100, 1)) points [\(bounds)]" }

    /// The bounds of the difference's interval in points.
    var bounds: String {
        "\(signed(interval.lowerBound * 100, 1)), \(signed(interval.upperBound * 100, 1))"
    }
}
