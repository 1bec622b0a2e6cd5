/// The parts of a frame that belong to its subjects.
///
/// A subject's zone is its cells of the confidence map and those around them that interpolation
/// and dilation reach. Where zones meet, the nearer subject has the cell.
struct SubjectZones {
    /// The owner of cells that are equally near to two components, where neither has them.
    static let nobody: Int32 = -1

    private let width: Int
    private let height: Int
    /// For each cell of the map the number of the component whose zone it is in, 0 where in none.
    private(set) var owners: [Int32]

    /// Grows the components of a map by `reach` cells.
    ///
    /// `owners` holds for each cell the number of its component, 0 where it has none. Of components
    /// that are equally near to a cell, those in `yielding` do not have it; unless they `share`,
    /// none has it.
    init(
        owners: [Int32], width: Int, height: Int, reach: Int, yielding: Set<Int32> = [],
        share: Bool = true
    ) {
        self.width = width
        self.height = height
        self.owners = owners
        var front = owners.indices.filter { owners[$0] != 0 }
        for _ in 0..<reach {
            let first = front.filter { !yielding.contains(self.owners[$0]) }
            let last = front.filter { yielding.contains(self.owners[$0]) }
            front = []
            var fresh: Set<Int> = []
            for cell in first + last {
                let (x, y) = (cell % width, cell / width)
                for row in max(0, y - 1)...min(height - 1, y + 1) {
                    for column in max(0, x - 1)...min(width - 1, x + 1) {
                        let neighbour = row * width + column
                        guard self.owners[neighbour] == 0 else {
                            if fresh.contains(neighbour),
                                self.owners[neighbour] != self.owners[cell]
                            {
                                self.owners[neighbour] = Self.nobody
                            }
                            continue
                        }
                        self.owners[neighbour] = self.owners[cell]
                        front.append(neighbour)
                        if !share { fresh.insert(neighbour) }
                    }
                }
            }
        }
    }

    /// Masks what lies in no zone of the components `shown`; each mask cell goes by the map cell
    /// under its centre.
    func narrow(_ mask: inout Mask, to shown: Set<Int32>) {
        let columns = (0..<mask.width).map { (2 * $0 + 1) * width / (2 * mask.width) }
        let isShown = owners.map(shown.contains)
        for y in 0..<mask.height {
            let row = (2 * y + 1) * height / (2 * mask.height) * width
            for x in 0..<mask.width where !isShown[row + columns[x]] {
                mask.cells[y * mask.width + x] = 0
            }
        }
    }
}

extension ThresholdMasker.Rule {
    /// How many cells of a map the mask may reach beyond a component: one by interpolation, the
    /// rest by dilation and whole patches.
    func reach(beyond map: ConfidenceMap, over format: FrameFormat) -> Int {
        let cell = min(
            Float(format.width) / Float(map.width), Float(format.height) / Float(map.height))
        let rim = dilate * Float(format.displaySize.height)
        let patch = patch.map { Float(max($0.width, $0.height)) } ?? 0
        return 1 + Int(((rim + patch) / max(cell, 1)).rounded(.up))
    }
}
