/// What a frame's event reports of a probe.
struct ProbeRecord: Sendable, Codable {
    /// The primary's answer through one mask.
    struct View: Sendable, Codable {
        let threshold: Double?
        let label: String?
        let confidence: Double
        let regret: Double
        let js: Double

        init(_ view: ProbeReading.View) {
            threshold = view.threshold.map { Double($0).rounded(places: 4) }
            label = view.label
            confidence = Double(view.confidence).rounded(places: 4)
            regret = Double(view.regret).rounded(places: 4)
            js = Double(view.divergence).rounded(places: 4)
        }

        /// Writes every key, also those without a value.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(threshold, forKey: .threshold)
            try container.encode(label, forKey: .label)
            try container.encode(confidence, forKey: .confidence)
            try container.encode(regret, forKey: .regret)
            try container.encode(js, forKey: .js)
        }

        enum CodingKeys: String, CodingKey { case threshold, label, confidence, regret, js }
    }

    let reference: View
    let current: View
    let tighter: View
    let looser: View
    let gain: Bool

    init(_ reading: ProbeReading) {
        reference = View(reading.reference)
        current = View(reading.current)
        tighter = View(reading.tighter)
        looser = View(reading.looser)
        gain = reading.gain
    }
}
