/// Grows what a text detector finds back to the size of the text.
///
/// Networks with differentiable binarization (arXiv 1911.08947) score *kernels*: texts shrunk by an
/// offset. As in that paper's section 3.5, each kernel is offset outwards by area × ratio / perimeter,
/// so that large letters grow by more cells than small ones.
public struct Unclip: Sendable, Equatable {
    /// By which a kernel's area over its perimeter is multiplied; the paper's value is 1.5.
    public var ratio: Float
    /// The confidence above which cells belong to a kernel.
    public var level: Float

    /// Makes the operation; a ratio of 0 leaves maps as they are.
    public init(ratio: Float, level: Float) {
        self.ratio = ratio
        self.level = level
    }

    /// Raises the confidence of cells around each kernel to the kernel's mean; lowers none.
    ///
    /// Kernels are connected over eight neighbours. What is no number stays so.
    public func grow(_ map: inout ConfidenceMap) {
        let finder = SubjectFinder(level: level, minArea: 0)
        let (components, owners) = finder.components(of: map)
        let (width, height) = (map.width, map.height)
        owners.withUnsafeBufferPointer { owners in
            map.values.withUnsafeMutableBufferPointer { values in
                guard let owners = owners.baseAddress, let values = values.baseAddress else {
                    return
                }
                let cells = Cells(width: width, height: height, owners: owners, values: values)
                // Means are taken before any kernel has grown into another.
                let kernels = components.map { Kernel($0, in: cells) }
                for kernel in kernels { kernel.grow(by: kernel.offset(ratio), in: cells) }
            }
        }
    }
}

/// A map's cells in memory.
private struct Cells {
    let width: Int
    let height: Int
    /// The number of each cell's component.
    let owners: UnsafePointer<Int32>
    let values: UnsafeMutablePointer<Float>
}

/// A connected component of a map.
private struct Kernel {
    private let component: SubjectFinder.Component
    /// The mean confidence.
    private let score: Float
    /// The sides of the rectangle with the same second moments, as if cells were squares.
    private let sides: (Double, Double)

    init(_ component: SubjectFinder.Component, in cells: Cells) {
        self.component = component
        var score = 0.0
        var (sumX, sumY, sumXX, sumYY, sumXY) = (0, 0, 0, 0, 0)
        for y in component.top...component.bottom {
            let row = y * cells.width
            for x in component.left...component.right
            where cells.owners[row + x] == component.number {
                score += Double(cells.values[row + x])
                let (dx, dy) = (x - component.left, y - component.top)
                sumX += dx
                sumY += dy
                sumXX += dx * dx
                sumYY += dy * dy
                sumXY += dx * dy
            }
        }
        let area = Double(component.area)
        self.score = Float(score / area)
        let (meanX, meanY) = (Double(sumX) / area, Double(sumY) / area)
        let varianceX = Double(sumXX) / area - meanX * meanX + 1 / 12
        let varianceY = Double(sumYY) / area - meanY * meanY + 1 / 12
        let covariance = Double(sumXY) / area - meanX * meanY
        let mean = (varianceX + varianceY) / 2
        let half = (varianceX - varianceY) / 2
        let spread = (half * half + covariance * covariance).squareRoot()
        // A side of s has the variance s² / 12.
        sides = ((12 * (mean + spread)).squareRoot(), (12 * max(mean - spread, 0)).squareRoot())
    }

    /// How many cells the kernel's outline moves.
    func offset(_ ratio: Float) -> Double {
        Double(component.area) * Double(ratio) / (2 * (sides.0 + sides.1))
    }

    /// Raises the cells whose centre lies within `offset` of the outline.
    ///
    /// Exact Euclidean dilation in two passes: the distance to the kernel along each column, then
    /// along each row the union of what these columns reach (after Meijster, Roerdink and Hesselink).
    func grow(by offset: Double, in cells: Cells) {
        // The outline is half a cell from the centres of the outermost cells.
        let reach = offset + 0.5
        let radius = Int(reach)
        guard radius > 0 else { return }
        let top = max(0, component.top - radius)
        let left = max(0, component.left - radius)
        let height = min(cells.height - 1, component.bottom + radius) - top + 1
        let width = min(cells.width - 1, component.right + radius) - left + 1
        let first = top * cells.width + left
        let far = Int32(radius + 1)
        // How far a column reaches to both sides, by the distance along it; -1 for not at all.
        let halves =
            (0...radius).map { Int((reach * reach - Double($0 * $0)).squareRoot()) } + [-1]
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: (height + 2) * width + 1) {
            memory in
            guard let above = memory.baseAddress else { return }
            let (below, steps) = (above + height * width, above + (height + 1) * width)
            memory.initialize(repeating: 0)
            below.update(repeating: far, count: width)
            for y in 0..<height {
                let owners = cells.owners + first + y * cells.width
                // Above the first row all is far; `below` still says so.
                let before = y > 0 ? above + (y - 1) * width : below
                for x in 0..<width {
                    let next = min(before[x] + 1, far)
                    above[y * width + x] = owners[x] == component.number ? 0 : next
                }
            }
            for y in (0..<height).reversed() {
                let values = cells.values + first + y * cells.width
                for x in 0..<width {
                    let up = above[y * width + x]
                    below[x] = up == 0 ? 0 : min(below[x] + 1, far)
                    let half = halves[Int(min(up, below[x]))]
                    guard half >= 0 else { continue }
                    steps[max(0, x - half)] += 1
                    steps[min(width, x + half + 1)] -= 1
                }
                var covering: Int32 = 0
                for x in 0..<width {
                    covering += steps[x]
                    steps[x] = 0
                    if covering > 0, values[x] < score { values[x] = score }
                }
                steps[width] = 0
            }
        }
    }
}
