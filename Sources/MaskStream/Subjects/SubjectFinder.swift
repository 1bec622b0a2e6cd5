/// Finds subjects: connected cells of a confidence map above a level.
///
/// The map decides what a subject is, never the mask: a threshold that hides everything must not
/// hide from the controller that somebody is there.
struct SubjectFinder {
    let level: Float
    /// The least area, as a fraction of the frame.
    let minArea: Float

    /// Connected cells.
    struct Component {
        /// The number by which its cells are marked.
        let number: Int32
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        var area = 0

        /// Its box in the map's cells.
        var cells: Box { Box(x: left, y: top, width: right - left + 1, height: bottom - top + 1) }

        /// Its box in the pixels of a frame that a map lies over.
        func box(in map: ConfidenceMap, over format: FrameFormat) -> Box {
            let x = left * format.width / map.width
            let y = top * format.height / map.height
            let right = (right + 1) * format.width / map.width
            let bottom = (bottom + 1) * format.height / map.height
            return Box(x: x, y: y, width: max(1, right - x), height: max(1, bottom - y))
        }
    }

    /// The components that are subjects, largest first, ties by x then y, and for each cell the
    /// number of its component, 0 where it has none.
    typealias Found = (subjects: [Component], owners: [Int32])

    /// What is found in a map.
    func components(of map: ConfidenceMap) -> Found {
        let least = max(1, Int((minArea * Float(map.values.count)).rounded(.up)))
        var owners: [Int32] = map.values.map { $0 > level ? Self.unseen : 0 }
        let subjects = fill(&owners, width: map.width, height: map.height)
            .filter { $0.area >= least }
            .sorted { ($1.area, $0.left, $0.top) < ($0.area, $1.left, $1.top) }
        return (subjects, owners)
    }

    private static let unseen: Int32 = -1

    /// Flood fill over the eight neighbours, a run of cells in a row at a time.
    private func fill(_ owners: inout [Int32], width: Int, height: Int) -> [Component] {
        owners.withUnsafeMutableBufferPointer { owners in
            var found: [Component] = []
            var seeds: [Int] = []
            for start in owners.indices where owners[start] == Self.unseen {
                var component = Component(
                    number: Int32(found.count + 1), left: start % width, top: start / width,
                    right: 0, bottom: 0)
                seeds.append(start)
                while let seed = seeds.popLast() {
                    guard owners[seed] == Self.unseen else { continue }
                    let y = seed / width
                    let row = y * width..<(y + 1) * width
                    var (first, last) = (seed, seed)
                    while first > row.lowerBound, owners[first - 1] == Self.unseen { first -= 1 }
                    while last + 1 < row.upperBound, owners[last + 1] == Self.unseen { last += 1 }
                    owners[first...last].update(repeating: component.number)
                    component.area += last - first + 1
                    component.left = min(component.left, first - row.lowerBound)
                    component.right = max(component.right, last - row.lowerBound)
                    component.bottom = max(component.bottom, y)
                    let near = max(first - 1, row.lowerBound)...min(last + 1, row.upperBound - 1)
                    for step in [-width, width] where (0..<height).contains(y + step / width) {
                        var isInside = false
                        for cell in near.lowerBound + step...near.upperBound + step {
                            let isSeed = owners[cell] == Self.unseen
                            if isSeed, !isInside { seeds.append(cell) }
                            isInside = isSeed
                        }
                    }
                }
                found.append(component)
            }
            return found
        }
    }
}
