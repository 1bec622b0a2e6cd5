/// Finds subjects: connected cells of a confidence map above a level.
///
/// The map decides what a subject is, never the mask: a threshold that hides everything must not
/// hide from the controller that somebody is there.
struct SubjectFinder {
    let level: Float
    /// The least area, as a share of the picture.
    let minArea: Float
    let maxSubjects: Int

    /// The subjects of a map over a picture, largest first, ties by x then y.
    func subjects(in map: ConfidenceMap, format: FrameFormat) -> [Subject] {
        let least = max(1, Int((minArea * Float(map.values.count)).rounded(.up)))
        return components(of: map)
            .filter { $0.area >= least }
            .sorted { ($1.area, $0.left, $0.top) < ($0.area, $1.left, $1.top) }
            .prefix(maxSubjects)
            .map { component in
                let x = component.left * format.width / map.width
                let y = component.top * format.height / map.height
                let right = (component.right + 1) * format.width / map.width
                let bottom = (component.bottom + 1) * format.height / map.height
                return Subject(
                    box: Box(x: x, y: y, width: max(1, right - x), height: max(1, bottom - y)),
                    area: component.area)
            }
    }

    private struct Component {
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        var area = 0
    }

    /// Flood fill over the eight neighbours.
    private func components(of map: ConfidenceMap) -> [Component] {
        var seen = map.values.map { !($0 > level) }
        var found: [Component] = []
        var stack: [Int] = []
        for start in seen.indices where !seen[start] {
            var component = Component(
                left: start % map.width, top: start / map.width, right: 0, bottom: 0)
            seen[start] = true
            stack.append(start)
            while let cell = stack.popLast() {
                let (x, y) = (cell % map.width, cell / map.width)
                component.area += 1
                component.left = min(component.left, x)
                component.right = max(component.right, x)
                component.bottom = max(component.bottom, y)
                for row in max(0, y - 1)...min(map.height - 1, y + 1) {
                    for column in max(0, x - 1)...min(map.width - 1, x + 1) {
                        let neighbour = row * map.width + column
                        guard !seen[neighbour] else { continue }
                        seen[neighbour] = true
                        stack.append(neighbour)
                    }
                }
            }
            found.append(component)
        }
        return found
    }
}
