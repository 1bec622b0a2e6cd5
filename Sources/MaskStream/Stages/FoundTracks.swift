/// Where the tracks of one frame are in its map.
struct FoundTracks {
    /// The tracks' boxes.
    private(set) var boxes: [Int: Box] = [:]
    /// The tracks' components; a track without one cannot be found.
    private(set) var numbers: [Int: Int32] = [:]
    /// The tracks' areas in cells of the map.
    private(set) var areas: [Int: Int] = [:]
    private let components: [SubjectFinder.Component]
    private let owners: [Int32]
    /// Components of all that may be found a little later or earlier, too.
    private let rims: [Int32]
    private let size: (width: Int, height: Int)
    private let radius: (x: Int, y: Int)

    init(
        _ map: ConfidenceMap, _ work: borrowing FrameWork, settings: MaskStage.Settings
    ) {
        let (finder, rule) = (SubjectFinder(settings), settings.rule)
        (components, owners) = finder.components(of: map)
        let level = min(finder.level, (work.lowestThreshold - rule.hysteresis).nextDown)
        rims = SubjectFinder(level: level, minArea: 0).components(of: map).owners
        size = (map.width, map.height)
        let format = work.source.format
        let pixels =
            rule.dilate * Float(format.displaySize.height)
            + (rule.patch.map { Float(max($0.width, $0.height)) } ?? 0)
        radius = (
            1 + Int((pixels * Float(map.width) / Float(format.width)).rounded(.up)),
            1 + Int((pixels * Float(map.height) / Float(format.height)).rounded(.up))
        )
        for subject in work.subjects {
            guard let track = subject.track else { continue }
            boxes[track] = subject.box
            areas[track] = subject.area
            numbers[track] =
                components.first {
                    $0.box(in: map, over: format).iou(with: subject.box) > 0.5
                }?.number
        }
    }

    /// Where everything is but some tracks, in cells of the map.
    func places(but tracks: Set<Int>) -> [Box] {
        let own = tracks.compactMap { numbers[$0] }
        return components.filter { !own.contains($0.number) }.map { wide($0.cells) }
    }

    /// Whether a track is apart from all else that there is, and from where that was before; others
    /// that are `trusted` may be near.
    func isAlone(_ track: Int, before: [Box] = [], trusted: Set<Int> = []) -> Bool {
        guard let number = numbers[track],
            let own = components.first(where: { $0.number == number })
        else { return false }
        let place = wide(own.cells)
        let isApart = (places(but: trusted.union([track])) + before).allSatisfy {
            !$0.touches(place)
        }
        // Within one rim two are one.
        let rim = rims[cell(of: number)]
        let known = Set(trusted.compactMap { numbers[$0] } + [0, number])
        return isApart && zip(owners, rims).allSatisfy { $1 != rim || known.contains($0) }
    }

    /// A box with a quarter of its size, and what it reaches, around it.
    private func wide(_ box: Box) -> Box {
        let (x, y) = (max(radius.x, box.width / 4), max(radius.y, box.height / 4))
        return Box(
            x: box.x - x, y: box.y - y, width: box.width + 2 * x, height: box.height + 2 * y)
    }

    private func cell(of number: Int32) -> Int { owners.firstIndex(of: number) ?? 0 }

    /// No cell.
    var none: Mask { Mask(width: size.width, height: size.height) }

    private func mask(_ isIn: (Int) -> Bool) -> Mask {
        var mask = none
        for index in owners.indices where isIn(index) { mask.cells[index] = Mask.kept }
        return mask
    }

    /// The cells of some components.
    func cells(of numbers: Set<Int32>) -> Mask { mask { numbers.contains(owners[$0]) } }

    /// Their cells with the rims around them.
    func rim(of numbers: Set<Int32>) -> Mask {
        let own = Set(numbers.map { rims[cell(of: $0)] })
        return mask { rims[$0] != 0 && own.contains(rims[$0]) }
    }

    /// The cells of all others, with the rims around them.
    func others(than numbers: Set<Int32>) -> Mask {
        let own = Set(numbers.map { rims[cell(of: $0)] })
        return mask { rims[$0] != 0 && !own.contains(rims[$0]) }
    }

    /// The box around cells, in pixels of a frame.
    func box(around cells: Mask, over format: FrameFormat) -> Box {
        let kept = cells.cells.indices.filter { cells.cells[$0] != 0 }
        let (columns, rows) = (kept.map { $0 % size.width }, kept.map { $0 / size.width })
        let (left, top) = (columns.min() ?? 0, rows.min() ?? 0)
        let (x, y) = (left * format.width / size.width, top * format.height / size.height)
        let (right, bottom) = ((columns.max() ?? -1) + 1, (rows.max() ?? -1) + 1)
        return Box(
            x: x, y: y, width: right * format.width / size.width - x,
            height: bottom * format.height / size.height - y)
    }

    /// Cells with those around them that interpolation, dilation and patches reach.
    func reach(of cells: Mask) -> Mask {
        var mask = cells
        mask.dilate(x: radius.x, y: radius.y)
        return mask
    }

    /// Masks what belongs to no track, or to one of some components.
    func narrow(_ mask: inout Mask, without numbers: Set<Int32>) {
        let shown = Set(self.numbers.values).subtracting(numbers)
        SubjectZones(
            owners: owners, width: size.width, height: size.height,
            reach: max(radius.x, radius.y), yielding: shown
        ).narrow(&mask, to: shown)
    }

    /// What of all that was found reaches some cells of a frame's mask: the tracks, whether there is
    /// anything else, and how many cells of the map all of it has.
    func content(of cells: Mask) -> (tracks: Set<Int>, hasOthers: Bool, area: Int) {
        let places = reach(of: cells.sampled(width: size.width, height: size.height))
        let under = rims.indices.filter { rims[$0] != 0 && places.cells[$0] != 0 }
        let found = Set(under.map { rims[$0] })
        let known = numbers.mapValues { rims[cell(of: $0)] }.filter { found.contains($0.value) }
        return (
            Set(known.keys), !found.isSubset(of: known.values), rims.count(where: found.contains)
        )
    }
}

extension Box {
    /// Whether two boxes have a pixel in common.
    fileprivate func touches(_ other: Box) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height
            && other.y < y + height
    }
}

extension Mask {
    /// The mask on a coarser grid: a cell is kept where any cell in it is.
    fileprivate func sampled(width: Int, height: Int) -> Mask {
        var mask = Mask(width: width, height: height)
        for (index, cell) in cells.enumerated() where cell != 0 {
            let (x, y) = (index % self.width, index / self.width)
            mask.cells[y * height / self.height * width + x * width / self.width] = Mask.kept
        }
        return mask
    }
}
