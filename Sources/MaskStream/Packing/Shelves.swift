/// Rectangles that stand side by side on shelves, one shelf below the other.
///
/// The first rectangle of a shelf decides its height. A rectangle that is taken away leaves room for
/// others; those that are left stay where they are.
struct Shelves: Sendable {
    private struct Shelf {
        let rows: Range<Int>
        /// The columns that are taken, from left to right.
        var taken: [Range<Int>]
    }

    private let width: Int
    private let height: Int
    /// The shelves that are not empty, from top to bottom.
    private var shelves: [Shelf] = []

    /// Makes room of a size without a shelf.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Finds room for a rectangle and takes it; nil where there is none.
    ///
    /// It goes on the lowest shelf that is high enough. A new one is begun where that would waste a
    /// third of the shelf's height, as long as there are rows left.
    mutating func add(width: Int, height: Int) -> Box? {
        let best = lowestShelf(width: width, height: height)
        if let best, shelves[best.index].rows.count * 2 <= height * 3 {
            return take(best.x, on: best.index, width, height)
        }
        if width <= self.width,
            let y = Self.gap(of: height, among: shelves.map(\.rows), end: self.height)
        {
            let index = shelves.firstIndex { $0.rows.lowerBound > y } ?? shelves.count
            shelves.insert(Shelf(rows: y..<y + height, taken: []), at: index)
            return take(0, on: index, width, height)
        }
        return best.map { take($0.x, on: $0.index, width, height) }
    }

    /// Frees a rectangle that was added.
    mutating func remove(_ box: Box) {
        guard let index = shelves.firstIndex(where: { $0.rows.lowerBound == box.y }) else { return }
        shelves[index].taken.removeAll { $0.lowerBound == box.x }
        if shelves[index].taken.isEmpty { shelves.remove(at: index) }
    }

    /// The lowest shelf with room for a rectangle, and where on it.
    private func lowestShelf(width: Int, height: Int) -> (index: Int, x: Int)? {
        var best: (index: Int, x: Int)?
        for (index, shelf) in shelves.enumerated() where shelf.rows.count >= height {
            guard shelf.rows.count < best.map({ shelves[$0.index].rows.count }) ?? .max,
                let x = Self.gap(of: width, among: shelf.taken, end: self.width)
            else { continue }
            best = (index, x)
        }
        return best
    }

    private mutating func take(_ x: Int, on index: Int, _ width: Int, _ height: Int) -> Box {
        let place = shelves[index].taken.firstIndex { $0.lowerBound > x }
        shelves[index].taken.insert(x..<x + width, at: place ?? shelves[index].taken.count)
        return Box(x: x, y: shelves[index].rows.lowerBound, width: width, height: height)
    }

    /// Where the first free stretch of a length begins among sorted ranges that are taken.
    private static func gap(of length: Int, among taken: [Range<Int>], end: Int) -> Int? {
        let starts = [0] + taken.map(\.upperBound)
        let ends = taken.map(\.lowerBound) + [end]
        return zip(starts, ends).first { $1 - $0 >= length }?.0
    }
}
