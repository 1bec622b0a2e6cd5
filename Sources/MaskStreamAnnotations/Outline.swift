package import MaskStream

/// The outer border of the largest connected part of a mask, as a polygon.
///
/// Corners are those of mask cells, in cells from the mask's upper left; holes are not cut out.
/// Cells that touch at a corner alone are not connected.
package struct Outline: Sendable, Equatable {
    /// The corners in clockwise order on the screen; empty where nothing is kept.
    package let corners: [SIMD2<Int>]

    /// Follows the border of what a mask keeps.
    package init(_ mask: Mask) {
        guard let start = Self.largestPart(of: mask) else {
            corners = []
            return
        }
        let (width, height) = (mask.width, mask.height)
        func isKept(_ x: Int, _ y: Int) -> Bool {
            x >= 0 && y >= 0 && x < width && y < height && mask.cells[y * width + x] != 0
        }
        // The part lies to the right of the way; the first cell's upper side goes to the right.
        let first = SIMD2(start % width, start / width)
        var (place, step) = (first, SIMD2(1, 0))
        var corners: [SIMD2<Int>] = []
        repeat {
            corners.append(place)
            repeat { place &+= step } while Self.goesOn(from: place, step, isKept)
            step = Self.turn(at: place, step, isKept)
        } while place != first || step != SIMD2(1, 0)
        self.corners = corners
    }

    /// Whether the border goes straight on at a corner.
    private static func goesOn(
        from place: SIMD2<Int>, _ step: SIMD2<Int>, _ isKept: (Int, Int) -> Bool
    ) -> Bool {
        let (left, right) = ahead(of: place, step)
        return isKept(right.x, right.y) && !isKept(left.x, left.y)
    }

    /// The direction after a corner: to the right where the cell ahead is masked.
    private static func turn(
        at place: SIMD2<Int>, _ step: SIMD2<Int>, _ isKept: (Int, Int) -> Bool
    ) -> SIMD2<Int> {
        let (_, right) = ahead(of: place, step)
        let turnsLeft = isKept(right.x, right.y)
        return turnsLeft ? SIMD2(step.y, -step.x) : SIMD2(-step.y, step.x)
    }

    /// The two cells ahead of a corner, left and right of the way.
    private static func ahead(
        of place: SIMD2<Int>, _ step: SIMD2<Int>
    ) -> (left: SIMD2<Int>, right: SIMD2<Int>) {
        let (x, y) = (place.x, place.y)
        return switch (step.x, step.y) {
        case (1, 0): (SIMD2(x, y - 1), SIMD2(x, y))
        case (0, 1): (SIMD2(x, y), SIMD2(x - 1, y))
        case (-1, 0): (SIMD2(x - 1, y), SIMD2(x - 1, y - 1))
        default: (SIMD2(x - 1, y - 1), SIMD2(x, y - 1))
        }
    }

    /// The first cell, row by row, of the part with most cells; of equal ones the first.
    private static func largestPart(of mask: Mask) -> Int? {
        let width = mask.width
        var isUnseen = mask.cells.map { $0 != 0 }
        var largest: (start: Int, area: Int)?
        var waiting: [Int] = []
        for start in mask.cells.indices where isUnseen[start] {
            isUnseen[start] = false
            waiting.append(start)
            var area = 0
            while let cell = waiting.popLast() {
                area += 1
                let x = cell % width
                for (next, isInside) in [
                    (cell - 1, x > 0), (cell + 1, x + 1 < width), (cell - width, true),
                    (cell + width, true),
                ] where isInside && isUnseen.indices.contains(next) && isUnseen[next] {
                    isUnseen[next] = false
                    waiting.append(next)
                }
            }
            if area > largest?.area ?? 0 { largest = (start, area) }
        }
        return largest?.start
    }
}
