import MaskStream
import MaskStreamFFmpeg

/// The lines that one session writes to an events file.
struct EventLog {
    /// What a frame's line holds beside what all have.
    enum Detail {
        /// Nothing.
        case usual
        /// How long the frame took.
        case timings
        /// All that makes the frame again.
        case findings
    }

    private let writer: EventWriter
    /// The input's name where several share the file.
    private let input: String?
    private let detail: Detail
    private var lastThreshold: Float?

    /// Writes the first line.
    init(
        _ writer: EventWriter, _ start: Event.Start, input: String? = nil, detail: Detail
    ) throws {
        self.writer = writer
        self.input = input
        self.detail = detail
        try write(.start(start))
    }

    private func write(_ event: Event) throws { try writer.write(event, input: input) }

    /// Writes a frame's lines; `move` is why its threshold differs from the one before.
    mutating func add(_ work: borrowing FrameWork, move: ThresholdMove?) throws {
        if let move, let lastThreshold {
            try write(
                .threshold(
                    frame: work.index, from: lastThreshold, to: work.threshold,
                    reason: move.rawValue))
        }
        lastThreshold = work.threshold
        let record =
            switch detail {
            case .usual: FrameRecord(work)
            case .timings: FrameRecord(work, timings: Self.timings(of: work))
            case .findings: FrameRecord(exactly: work, move: move)
            }
        try write(.frame(record))
    }

    private static func timings(of work: borrowing FrameWork) -> [String: Double] {
        let began = work.source.captured ?? work.admitted
        let latency = Double(Uptime.elapsed(from: began))
        return ["latency_ms": (latency / 1e3).rounded() / 1e3]
    }

    /// Writes the warnings, what a second look found, and the last line.
    func end(
        _ end: Event.End, warnings: [MediaWarning], verified: VerificationResult?
    ) throws {
        for warning in warnings {
            try write(.warning(code: warning.code, message: warning.message))
        }
        if let verified {
            for finding in verified.findings { try write(.finding(finding)) }
            try write(.verify(verified.look))
        }
        try write(.end(end))
    }
}
