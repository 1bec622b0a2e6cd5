/// A polygon over the displayed frame that may move.
///
/// Between two keyframes each corner moves in a straight line; before the first and behind the last
/// the polygon stays.
struct EditShape: Sendable, Equatable {
    /// What coordinates count.
    enum Unit: String, Sendable, CaseIterable {
        /// Pixels of the displayed frame.
        case pixels
        /// Shares of its width and height.
        case shares
    }

    /// A point of the displayed frame.
    struct Point: Sendable, Equatable {
        var x: Double
        var y: Double
    }

    /// Where the corners are at a time in seconds.
    struct Keyframe: Sendable, Equatable {
        let time: Double
        let corners: [Point]
    }

    let unit: Unit
    /// In the order of time, all with as many corners.
    let keyframes: [Keyframe]

    /// The corners at a time, in pixels of frames as they are stored.
    func corners(at time: Double, in format: FrameFormat) -> [Point] {
        let (width, height) = format.displaySize
        let scale = unit == .pixels ? (x: 1, y: 1) : (x: Double(width), y: Double(height))
        let turn = format.orientation
        return corners(at: time).map { point in
            var (x, y) = (point.x * scale.x, point.y * scale.y)
            if turn.flipsX { x = Double(width) - x }
            if turn.flipsY { y = Double(height) - y }
            return turn.transposes ? Point(x: y, y: x) : Point(x: x, y: y)
        }
    }

    private func corners(at time: Double) -> [Point] {
        guard let after = keyframes.firstIndex(where: { $0.time >= time }) else {
            return keyframes.last?.corners ?? []
        }
        let next = keyframes[after]
        guard after > 0, next.time > time else { return next.corners }
        let past = keyframes[after - 1]
        let share = (time - past.time) / (next.time - past.time)
        return zip(past.corners, next.corners).map { from, to in
            Point(x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share)
        }
    }
}

extension EditShape {
    /// The cells of a frame's mask of which any pixel lies in the polygon, or all do.
    ///
    /// A pixel lies in it where its centre does, by the even-odd rule.
    func cells(at time: Double, in format: FrameFormat, whole: Bool) -> Mask {
        let (pixels, grid) = (format.pixelFormat, format.maskGrid)
        let corners = corners(at: time, in: format)
        var counts = [Int](repeating: 0, count: grid.width * grid.height)
        for y in 0..<format.height {
            let crossings = Self.crossings(of: corners, at: Double(y) + 0.5)
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                let first = max(0, Int((crossings[pair] - 0.5).rounded(.up)))
                let end = min(format.width, Int((crossings[pair + 1] - 0.5).rounded(.up)))
                for x in first..<max(first, end) {
                    counts[(y >> pixels.chromaShiftY) * grid.width + x >> pixels.chromaShiftX] += 1
                }
            }
        }
        var mask = Mask(width: grid.width, height: grid.height)
        for y in 0..<grid.height {
            let rows = min(format.height - y << pixels.chromaShiftY, 1 << pixels.chromaShiftY)
            for x in 0..<grid.width {
                let columns = min(format.width - x << pixels.chromaShiftX, 1 << pixels.chromaShiftX)
                let count = counts[y * grid.width + x]
                if whole ? count == rows * columns : count > 0 {
                    mask.cells[y * grid.width + x] = Mask.kept
                }
            }
        }
        return mask
    }

    /// Where the edges of a polygon cross a horizontal line, from left to right.
    private static func crossings(of corners: [Point], at y: Double) -> [Double] {
        corners.indices.compactMap { index in
            let (from, to) = (corners[index], corners[(index + 1) % corners.count])
            guard (from.y <= y) != (to.y <= y) else { return nil }
            return from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y)
        }.sorted()
    }
}
