/// The kept and masked spans of every mask row.
package struct SpanRows {
    /// Neighbouring cells of a row that are alike.
    package struct Span {
        /// The first cell.
        package let start: Int
        /// The cell after the last.
        package let end: Int
        /// Whether the mask keeps them.
        package let isKept: Bool
        /// How often the fill's cells are doubled.
        var doublings: UInt8 = 0
    }

    private var spans: [Span] = []
    /// Where each row begins in `spans`, and where the last one ends.
    private var starts = [0]

    /// Finds the spans of a mask.
    package init(_ mask: Mask) {
        starts.reserveCapacity(mask.height + 1)
        mask.cells.withUnsafeBytes { cells in
            for y in 0..<mask.height {
                let row = y * mask.width..<(y + 1) * mask.width
                append(UnsafeRawBufferPointer(rebasing: cells[row]))
                starts.append(spans.count)
            }
        }
    }

    /// The spans of a row from left to right.
    package subscript(y: Int) -> ArraySlice<Span> { spans[starts[y]..<starts[y + 1]] }

    /// How often cells are doubled in masked spans, each number once.
    var doublings: Set<Int> {
        spans.reduce(into: []) { if !$1.isKept { $0.insert(Int($1.doublings)) } }
    }

    private mutating func append(_ row: UnsafeRawBufferPointer) {
        var start = 0
        while start < row.count {
            let value = row[start]
            let pattern: UInt64 = value == 0 ? 0 : .max
            var end = start + 1
            while end + 8 <= row.count,
                row.loadUnaligned(fromByteOffset: end, as: UInt64.self) == pattern
            {
                end += 8
            }
            while end < row.count, row[end] == value { end += 1 }
            spans.append(Span(start: start, end: end, isKept: value != 0))
            start = end
        }
    }
}

extension SpanRows {
    /// Doubles the cells of a fill until at most `most` cover the shorter side of each masked
    /// region, from `size` pixels on; a cell of the mask covers `1 << shiftX` by `1 << shiftY`.
    ///
    /// A region is connected over the eight neighbours; its sides are those of the box around it.
    mutating func doubleCells(of size: Int, most: Int, shiftX: Int, shiftY: Int) {
        var regions = regions()
        for index in spans.indices where !spans[index].isKept {
            let box = regions.box(of: index)
            let side = min(box.width << shiftX, box.height << shiftY)
            while size << Int(spans[index].doublings) * most < side { spans[index].doublings += 1 }
        }
    }

    private func regions() -> SpanRegions {
        var regions = SpanRegions(count: spans.count)
        for y in 0..<starts.count - 1 {
            var first = y > 0 ? starts[y - 1] : 0
            for index in starts[y]..<starts[y + 1] where !spans[index].isKept {
                let span = spans[index]
                regions.add(
                    index, Box(x: span.start, y: y, width: span.end - span.start, height: 1))
                while first < starts[y], spans[first].end < span.start { first += 1 }
                for above in first..<starts[y] {
                    guard spans[above].start <= span.end else { break }
                    if !spans[above].isKept { regions.join(index, above) }
                }
            }
        }
        return regions
    }
}

/// Which spans are connected, and the box around those that are (a disjoint-set forest).
private struct SpanRegions {
    private var parents: [Int]
    private var boxes: [Box]

    init(count: Int) {
        parents = Array(0..<count)
        boxes = Array(repeating: Box(x: 0, y: 0, width: 0, height: 0), count: count)
    }

    mutating func add(_ span: Int, _ box: Box) { boxes[span] = box }

    mutating func join(_ span: Int, _ other: Int) {
        let (root, child) = (root(of: other), root(of: span))
        guard root != child else { return }
        parents[child] = root
        boxes[root] = boxes[root].hull(with: boxes[child])
    }

    mutating func box(of span: Int) -> Box { boxes[root(of: span)] }

    private mutating func root(of span: Int) -> Int {
        var span = span
        while parents[span] != span {
            parents[span] = parents[parents[span]]
            span = parents[span]
        }
        return span
    }
}
