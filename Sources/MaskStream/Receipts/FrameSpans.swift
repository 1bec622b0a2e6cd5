/// Stretches of successive frames, each from its first frame's beginning to its last one's end.
///
/// Memory is bounded: of more than ``most`` stretches, the two with the shortest time between them
/// become one, whose `frames` still counts those that belong to it alone.
package struct FrameSpans: Encodable, Sendable {
    /// One stretch, in seconds.
    package struct Span: Encodable, Equatable, Sendable {
        package var from: Double
        package var to: Double
        package var frames: Int
    }

    /// How many stretches are kept apart.
    package static let most = 1000

    /// How many frames belong to a stretch.
    package private(set) var frames = 0
    /// The stretches in their order.
    package private(set) var spans: [Span] = []
    private var isOpen = false

    private enum CodingKeys: String, CodingKey { case frames, spans }

    /// Makes a list of none.
    package init() {}

    /// Adds the next frame, which belongs to a stretch or lies between two.
    package mutating func add(_ belongs: Bool, from: Double, to: Double) {
        defer { isOpen = belongs }
        guard belongs else { return }
        frames += 1
        let (from, to) = (from.rounded(places: 6), to.rounded(places: 6))
        if isOpen {
            spans[spans.count - 1].to = to
            spans[spans.count - 1].frames += 1
        } else {
            spans.append(Span(from: from, to: to, frames: 1))
            if spans.count > Self.most { joinNearest() }
        }
    }

    private mutating func joinNearest() {
        let pairs = spans.indices.dropFirst()
        let nearest = pairs.min { gap(before: $0) < gap(before: $1) }
        guard let nearest else { return }
        let next = spans.remove(at: nearest)
        spans[nearest - 1].to = next.to
        spans[nearest - 1].frames += next.frames
    }

    private func gap(before index: Int) -> Double { spans[index].from - spans[index - 1].to }
}
