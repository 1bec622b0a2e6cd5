/// The streams' counts in Prometheus' text format.
enum Metrics {
    private typealias Series = (labels: String, value: String)

    /// The metrics of streams by their numbers, in their order.
    ///
    /// Two streams may have the same input and profile, so each also has its number as a label.
    static func text(of streams: [(number: Int, status: WatchStatus)]) -> String {
        let labelled = streams.map { number, status in
            (
                status,
                """
                stream="\(number)",input="\(escaped(status.input))",\
                profile="\(escaped(status.profile))"
                """
            )
        }
        func family(
            _ name: String, _ type: String, _ help: String, _ values: (WatchStatus) -> [Series]
        ) -> String {
            let lines = labelled.flatMap { status, labels in
                values(status).map { "maskstream_\(name){\(labels)\($0.labels)} \($0.value)\n" }
            }
            guard !lines.isEmpty else { return "" }
            return """
                # HELP maskstream_\(name) \(help)
                # TYPE maskstream_\(name) \(type)
                \(lines.joined())
                """
        }
        func counter(_ name: String, _ help: String, _ value: (WatchStatus) -> Int) -> String {
            family(name, "counter", help) { [("", String(value($0)))] }
        }
        func gauge(_ name: String, _ help: String, _ value: (WatchStatus) -> Double) -> String {
            family(name, "gauge", help) { [("", number(value($0)))] }
        }
        return [
            counter("frames_total", "Frames that were masked.") { ($0.frame ?? -1) + 1 },
            counter("captured_total", "Frames that the source gave.", \.captured),
            counter("dropped_total", "Frames dropped at the source.", \.dropped),
            counter("late_total", "Frames that left after their time.", \.late),
            counter("missed_total", "Frames without a map to be trusted.", \.missed),
            gauge("fps", "Frames a second, lately.", \.fps),
            family("latency_seconds", "summary", "From a frame's arrival to its leaving.") {
                guard let latency = $0.latency else { return [] }
                return [("0.5", latency.p50), ("0.95", latency.p95), ("0.99", latency.p99)].map {
                    (",quantile=\"\($0)\"", number($1 / 1000))
                }
            },
            gauge("threshold", "The confidence above which pixels are kept.", \.threshold),
            gauge("kept_ratio", "The share of the newest frame that was kept.", \.kept),
        ].joined()
    }

    /// A label's value: backslashes, quotes and line feeds are escaped, whatever combines with them.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }
}
