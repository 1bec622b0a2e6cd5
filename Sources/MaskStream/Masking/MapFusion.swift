/// Joins two maps of one frame: of the whole frame, and of a closer look at it.
///
/// The result has the closer map's size. Networks know things in the sizes that they were trained
/// on: seen closely, what fills much of the frame is larger than that, and small things may be
/// only then large enough.
struct MapFusion {
    /// Finds what the map of the whole frame shows.
    private let finder: SubjectFinder
    /// Whether what either map shows is hidden.
    private let hides: Bool

    /// - Parameter regionLevel: above which score something is a subject.
    init(regionLevel: Float, hides: Bool) {
        finder = SubjectFinder(level: regionLevel, minArea: 0)
        self.hides = hides
    }

    /// Joins the map of the whole frame into the closer one.
    ///
    /// Where relevant pixels are hidden, the higher score counts. Else the closer map counts, except
    /// at subjects that are large in the map of the whole frame.
    func join(_ whole: ConfidenceMap, into close: inout ConfidenceMap) {
        let base = whole.resized(like: close)
        if hides {
            for index in base.values.indices {
                close.values[index] = max(close.values[index], base.values[index])
            }
        } else if let large = largeSubjects(in: whole)?.resized(like: close) {
            for index in base.values.indices {
                let score = close.values[index]
                close.values[index] += (base.values[index] - score) * large.values[index]
            }
        }
    }

    /// A subject is large if its shorter side is at least this part of the frame's.
    private static let largeShare = 4

    /// 1 at large subjects and in the cells around them, else 0; nil without any.
    private func largeSubjects(in map: ConfidenceMap) -> ConfidenceMap? {
        let (subjects, owners) = finder.components(of: map)
        let side = min(map.width, map.height)
        let large = Set(
            subjects.filter {
                Self.largeShare * min($0.cells.width, $0.cells.height) >= side
            }.map(\.number))
        guard !large.isEmpty else { return nil }
        var weights = ConfidenceMap(width: map.width, height: map.height)
        for (cell, owner) in owners.enumerated() where large.contains(owner) {
            let (x, y) = (cell % map.width, cell / map.width)
            for row in max(0, y - 1)...min(map.height - 1, y + 1) {
                for column in max(0, x - 1)...min(map.width - 1, x + 1) {
                    weights.values[row * map.width + column] = 1
                }
            }
        }
        return weights
    }
}

extension ConfidenceMap {
    /// The map on another's grid, bilinearly.
    func resized(like other: ConfidenceMap) -> ConfidenceMap {
        guard !hasSize(of: other) else { return self }
        let upsampler = MapUpsampler(
            from: (width, height), to: (other.width, other.height))
        return ConfidenceMap(
            width: other.width, height: other.height, values: upsampler.values(of: self))
    }
}
