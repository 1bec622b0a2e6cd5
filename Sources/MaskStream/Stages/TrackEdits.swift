/// The edits of tracks, from frame to frame.
///
/// A track that is kept is shown where it alone is: as long as it goes on without a cut, a gap, a leap,
/// sudden growth or another detection beside it, and only in cells that no other one reaches or reached lately.
/// From when a track is hidden, only what belongs to other tracks is shown in its scene.
struct TrackEdits {
    /// The least IoU of a track's boxes in two frames without a leap between them.
    private static let leastIoU = 0.5
    /// The most growth from one frame to the next; by more, something else has come to it.
    static let mostGrowth = 1.25

    private let settings: MaskStage.Settings
    private var keeps: [Int: KeepWatch] = [:]
    private let hides: [Edits.Track]
    /// What was found in the frame before; nil where nobody knows.
    private var past: FoundTracks?
    /// The components that are kept in the frame before.
    private var held: Set<Int32> = []
    private var othersLately: RecentCells
    private var hiddenLately: RecentCells
    /// Whether a track of the scene is hidden.
    private var hidesInScene = false

    /// Whether there is anything to do.
    var isEmpty: Bool { keeps.isEmpty && hides.isEmpty }

    init(_ edits: [Edits.Track], settings: MaskStage.Settings) {
        self.settings = settings
        hides = edits.filter { $0.action == .hide }
        let kept = Dictionary(grouping: edits.filter { $0.action == .keep }, by: \.number)
        keeps = kept.mapValues { KeepWatch(confirmed: $0.flatMap(\.starts)) }
        othersLately = RecentCells(hold: settings.rule.hold)
        hiddenLately = RecentCells(hold: settings.rule.hold)
    }

    /// Forgets all, where a scene begins.
    mutating func forget() {
        past = nil
        hidesInScene = false
        othersLately.forget()
        hiddenLately.forget()
    }

    /// The tracks that are hidden at a time.
    func hidden(at time: Double) -> Set<Int> {
        Set(hides.filter { $0.scene?.contains(time) ?? true }.map(\.number))
    }

    /// Around what is kept in the frame that was edited last, in stored pixels.
    func kept(over format: FrameFormat) -> [Box] {
        guard let past else { return [] }
        return held.sorted().map { past.box(around: shown(of: [$0], past), over: format) }
    }

    /// Notes a frame of which nobody knows where the tracks are.
    mutating func miss(at time: Double) {
        past = nil
        for track in keeps.keys {
            keeps[track]?.note(time, isPresent: false, isClear: false, goesOn: false)
        }
    }

    /// Shows what is kept and masks what is hidden; nil where a hidden track cannot be found.
    mutating func apply(to mask: Mask, _ found: FoundTracks, _ work: borrowing FrameWork) -> Mask? {
        defer { past = found }
        var mask = mask
        keep(in: &mask, found, at: work.source.time)
        work.newBlocks?.hide(in: &mask)
        return hide(in: mask, found, at: work.source.time)
    }

    private mutating func keep(in mask: inout Mask, _ found: FoundTracks, at time: Double) {
        for track in keeps.keys {
            let goesOn = goesOn(track, found)
            keeps[track]?.note(
                time, isPresent: found.boxes[track] != nil, isClear: found.isAlone(track),
                goesOn: goesOn)
        }
        held = Set(keeps.filter(\.value.holds).compactMap { found.numbers[$0.key] })
        let others = othersLately.note(
            settings.rule.inverts ? found.reach(of: found.others(than: held)) : found.none, at: time
        )
        guard !held.isEmpty else { return }
        mask.set(Mask.kept, where: shown(of: held, found), unless: others)
    }

    /// The cells that keeping components shows.
    private func shown(of held: Set<Int32>, _ found: FoundTracks) -> Mask {
        settings.rule.inverts ? found.reach(of: found.rim(of: held)) : found.cells(of: held)
    }

    /// Whether a track is, without a doubt, what had its number in the frame before.
    private func goesOn(_ track: Int, _ found: FoundTracks) -> Bool {
        guard let past, let before = past.boxes[track], let now = found.boxes[track],
            let areas = past.areas[track].map(Double.init)
        else { return false }
        return before.iou(with: now) >= Self.leastIoU
            && found.isAlone(track, before: past.places(but: [track]))
            && Double(found.areas[track] ?? .max) <= Self.mostGrowth * areas
    }

    private mutating func hide(in mask: Mask, _ found: FoundTracks, at time: Double) -> Mask? {
        let hidden = hidden(at: time)
        guard !hidden.isEmpty else { return mask }
        let present = hidden.intersection(found.boxes.keys)
        let numbers = Set(present.compactMap { found.numbers[$0] })
        guard numbers.count == present.count else { return nil }
        var mask = mask
        hidesInScene = hidesInScene || !numbers.isEmpty
        if hidesInScene, !settings.rule.inverts { found.narrow(&mask, without: numbers) }
        let lately = hiddenLately.note(found.reach(of: found.cells(of: numbers)), at: time)
        mask.set(0, where: lately, unless: found.none)
        return mask
    }
}

extension Edits.Track {
    /// From when on it is kept.
    fileprivate var starts: [Double] { confirmed.isEmpty ? [-.infinity] : confirmed }
}

extension Mask {
    /// Gives cells a value, by what two masks keep under their centres.
    fileprivate mutating func set(_ value: UInt8, where wanted: Mask, unless other: Mask) {
        let columns = (0..<width).map { (2 * $0 + 1) * wanted.width / (2 * width) }
        for y in 0..<height {
            let row = (2 * y + 1) * wanted.height / (2 * height) * wanted.width
            for x in 0..<width {
                let cell = row + columns[x]
                if wanted.cells[cell] != 0, other.cells[cell] == 0 { cells[y * width + x] = value }
            }
        }
    }
}
