import Foundation
import MaskStream

/// Draws boxes as a confidence map over the part of the input that the frame fills.
struct DetectionMap {
    /// The input's pixels from one cell to the next.
    static let stride = 4

    let width: Int
    let height: Int
    private let content: Box
    private let spec: DetectorSpec

    init(_ spec: DetectorSpec, content: Box) {
        self.spec = spec
        self.content = content
        width = max(1, (content.width + Self.stride / 2) / Self.stride)
        height = max(1, (content.height + Self.stride / 2) / Self.stride)
    }

    /// A map that counts as a miss: nothing in it is a number.
    var miss: [Float] { Array(repeating: .nan, count: width * height) }

    /// The confidence of each cell, row by row: the best score of the boxes that cover it.
    ///
    /// At a box's rim the score falls to 0 within a cell, so that interpolation leaves no steps.
    func draw(_ boxes: [ScoredBox]) -> [Float] {
        var map = [Float](repeating: 0, count: width * height)
        for box in boxes { draw(box, in: &map) }
        return map
    }

    private func draw(_ box: ScoredBox, in map: inout [Float]) {
        let across = Float(width) / Float(content.width)
        let down = Float(height) / Float(content.height)
        // In cells; no box is less than one, so that none falls between two centres.
        let halfWidth = max((box.x2 - box.x1) * (0.5 + spec.grow) * across, 0.5)
        let halfHeight = max((box.y2 - box.y1) * (0.5 + spec.grow) * down, 0.5)
        let centreX = ((box.x1 + box.x2) / 2 - Float(content.x)) * across
        let centreY = ((box.y1 + box.y2) / 2 - Float(content.y)) * down
        let columns = cells(centreX, halfWidth, width)
        for y in cells(centreY, halfHeight, height) {
            let dy = abs(Float(y) + 0.5 - centreY)
            for x in columns {
                let dx = abs(Float(x) + 0.5 - centreX)
                let inside: Float
                switch spec.shape {
                case .box: inside = min(halfWidth - dx, halfHeight - dy)
                case .ellipse:
                    let radius = hypotf(dx / halfWidth, dy / halfHeight)
                    inside = (1 - radius) * min(halfWidth, halfHeight)
                }
                let cover = min(max(inside + 0.5, 0), 1)
                map[y * width + x] = max(map[y * width + x], box.score * cover)
            }
        }
    }

    /// The cells that a box may reach along an axis of `count`.
    private func cells(_ centre: Float, _ half: Float, _ count: Int) -> Range<Int> {
        let low = min(max(centre - half - 1, 0), Float(count))
        let high = min(max(centre + half + 1, 0), Float(count))
        return Int(low)..<max(Int(low), Int(high.rounded(.up)))
    }
}
