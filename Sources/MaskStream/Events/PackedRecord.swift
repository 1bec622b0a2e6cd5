/// What a frame's event reports of a subject's place on the canvas.
struct PackedRecord: Sendable, Codable {
    let track: Int?
    /// The rectangle on the displayed canvas: x, y, width, height.
    let from: [Int]
    /// The rectangle in the displayed frame.
    let to: [Int]
    let scale: Double

    init(_ region: PackedRegion, on canvas: FrameFormat, of frame: FrameFormat) {
        func numbers(_ box: Box, _ format: FrameFormat) -> [Int] {
            let box = box.displayed(format.orientation, in: format.width, format.height)
            return [box.x, box.y, box.width, box.height]
        }
        track = region.track
        from = numbers(region.from, canvas)
        to = numbers(region.to, frame)
        scale = region.scale
    }

    /// Writes every key, also those without a value.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(track, forKey: .track)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(scale, forKey: .scale)
    }

    enum CodingKeys: String, CodingKey { case track, from, to, scale }
}
