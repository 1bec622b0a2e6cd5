/// The edits of regions, from frame to frame.
///
/// A region that is kept is shown until a cut, a miss, or, where relevant pixels are hidden, until
/// something is found in it that was not there when somebody made sure of it.
struct RegionEdits {
    private struct Keep {
        var watch: KeepWatch
        /// The tracks that were in it when somebody made sure of it.
        var tracks: Set<Int> = []
        /// How large all was that reached it in the frame before, in cells of the map.
        var area = 0
    }

    private let edits: [Edits.Region]
    private var keeps: [Keep]

    /// Whether there is anything to do.
    var isEmpty: Bool { edits.isEmpty }

    init(_ edits: [Edits.Region]) {
        self.edits = edits
        keeps = edits.map {
            Keep(watch: KeepWatch(confirmed: [$0.times.lowerBound] + $0.confirmed))
        }
    }

    /// Shows the regions that are kept; `found` is nil where nobody knows what the frame shows.
    mutating func keep(
        in mask: inout Mask, _ found: FoundTracks?, _ work: borrowing FrameWork, inverts: Bool
    ) {
        let (time, format) = (work.source.time, work.source.format)
        for (index, region) in edits.enumerated() where region.action == .keep {
            let isPresent = region.times.contains(time)
            let cells = region.shape.cells(at: time, in: format, whole: true)
            var isClear = found != nil
            if isPresent, inverts, let found {
                let under = found.content(of: cells)
                let most = Double(keeps[index].area) * TrackEdits.mostGrowth
                let isConfirmed = keeps[index].watch.isConfirmed(at: time)
                if isConfirmed { keeps[index].tracks = under.tracks }
                isClear =
                    !under.hasOthers && under.tracks.isSubset(of: keeps[index].tracks)
                    && (isConfirmed
                        || Double(under.area) <= most
                            && under.tracks.allSatisfy {
                                found.isAlone($0, trusted: under.tracks)
                            })
                keeps[index].area = under.area
            }
            keeps[index].watch.note(
                time, isPresent: isPresent, isClear: isClear, goesOn: !work.beginsScene)
            if keeps[index].watch.holds { mask.set(Mask.kept, where: cells) }
        }
    }

    /// Those that are kept and of which nothing is hidden in a frame, by their place in the edits.
    func kept(in mask: Mask, of frame: Frame) -> [Int] {
        edits.indices.filter { index in
            guard edits[index].action == .keep, keeps[index].watch.holds else { return false }
            let cells = edits[index].shape.cells(at: frame.time, in: frame.format, whole: true)
            return zip(cells.cells, mask.cells).allSatisfy { $0 == 0 || $1 != 0 }
        }
    }

    /// Whether a region hides any of a box.
    func hide(anyOf box: Box, in frame: Frame) -> Bool {
        edits.contains { region in
            region.action == .hide && region.times.contains(frame.time)
                && !region.shape.cells(at: frame.time, in: frame.format, whole: false)
                    .all(of: box, over: frame.format, are: 0)
        }
    }

    /// Masks the regions that are hidden.
    func hide(in mask: inout Mask, _ frame: Frame) {
        for region in edits where region.action == .hide && region.times.contains(frame.time) {
            mask.set(0, where: region.shape.cells(at: frame.time, in: frame.format, whole: false))
        }
    }
}

extension Mask {
    /// Gives the cells that another mask keeps a value.
    fileprivate mutating func set(_ value: UInt8, where other: Mask) {
        for index in cells.indices where other.cells[index] != 0 { cells[index] = value }
    }
}
