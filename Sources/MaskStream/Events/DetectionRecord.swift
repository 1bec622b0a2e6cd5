/// What a frame's event reports of an object that a detector found.
struct DetectionRecord: Sendable, Codable {
    /// The track of the subject that it belongs to.
    let track: Int?
    /// The rectangle in the displayed frame: x, y, width, height.
    let box: [Int]
    let label: String
    let confidence: Double

    /// The objects of subjects that a detector saw on this frame; nil where none was.
    static func all(of subjects: [Subject], in frame: Frame) -> [DetectionRecord]? {
        let seen = subjects.filter { $0.seen == frame.time && $0.prediction?.objects != nil }
        guard !seen.isEmpty else { return nil }
        let format = frame.format
        return seen.flatMap { subject in
            (subject.prediction?.objects ?? []).map { object in
                let box = object.box.displayed(format.orientation, in: format.width, format.height)
                return DetectionRecord(
                    track: subject.track, box: [box.x, box.y, box.width, box.height],
                    label: subject.prediction?.labels[object.label] ?? "",
                    confidence: Double(object.score).rounded(places: 4))
            }
        }
    }

    /// Writes every key, also those without a value.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(track, forKey: .track)
        try container.encode(box, forKey: .box)
        try container.encode(label, forKey: .label)
        try container.encode(confidence, forKey: .confidence)
    }

    enum CodingKeys: String, CodingKey { case track, box, label, confidence }
}
