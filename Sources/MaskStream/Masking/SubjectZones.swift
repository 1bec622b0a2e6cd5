/// The part of a frame that belongs to the subjects that may be shown.
///
/// A subject's zone is its cells of the confidence map and those around them that interpolation
/// and dilation reach. Where zones of different components meet, the nearer one has the cell, and
/// of equally near ones the one that stays hidden.
struct SubjectZones {
    private let width: Int
    private let height: Int
    private var isShown: [Bool]

    /// Grows the shown components of a map by `reach` cells.
    ///
    /// `owners` holds for each cell the number of its component, 0 where it has none.
    init(owners: [Int32], width: Int, height: Int, shown: Set<Int32>, reach: Int) {
        self.width = width
        self.height = height
        isShown = owners.map { shown.contains($0) }
        var isOwned = owners.map { $0 != 0 }
        var front = owners.indices.filter { isOwned[$0] }
        for _ in 0..<reach {
            // Hidden components go first and so take what both could have.
            let (hidden, visible) = (
                front.filter { !isShown[$0] }, front.filter { isShown[$0] }
            )
            front = []
            for (cells, shows) in [(hidden, false), (visible, true)] {
                for cell in cells {
                    let (x, y) = (cell % width, cell / width)
                    for row in max(0, y - 1)...min(height - 1, y + 1) {
                        for column in max(0, x - 1)...min(width - 1, x + 1) {
                            let neighbour = row * width + column
                            guard !isOwned[neighbour] else { continue }
                            isOwned[neighbour] = true
                            isShown[neighbour] = shows
                            front.append(neighbour)
                        }
                    }
                }
            }
        }
    }

    /// Masks what lies outside; each mask cell goes by the map cell under its centre.
    func narrow(_ mask: inout Mask) {
        let columns = (0..<mask.width).map { (2 * $0 + 1) * width / (2 * mask.width) }
        for y in 0..<mask.height {
            let row = (2 * y + 1) * height / (2 * mask.height) * width
            for x in 0..<mask.width where !isShown[row + columns[x]] {
                mask.cells[y * mask.width + x] = 0
            }
        }
    }
}
