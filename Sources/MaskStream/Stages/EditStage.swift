/// Applies a person's edits to the mask, before anything is painted.
///
/// A frame that is masked whole for damage or a miss stays so; of one whose mask is only held, nobody
/// knows where tracks are, and where one is hidden all is.
public struct EditStage: Stage {
    private let edits: Edits
    private let settings: MaskStage.Settings
    private var tracks: TrackEdits
    private var regions: RegionEdits

    /// Makes the stage; `settings` are those of the run's masks.
    public init(_ edits: Edits, settings: MaskStage.Settings) {
        self.edits = edits
        self.settings = settings
        tracks = TrackEdits(edits.tracks, settings: settings)
        regions = RegionEdits(edits.regions)
    }

    /// Changes the mask as the edits say.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let time = work.source.time
        if work.beginsScene { tracks.forget() }
        work.fill = edits.fill(at: time)
        if !tracks.isEmpty || !regions.isEmpty { work.mask = edited(work) }
        if edits.isWhole(at: time) { work.mask = nil }
        try emit(work)
    }

    /// The mask with what is kept shown, then what is hidden masked; nil where nothing is shown.
    private mutating func edited(_ work: borrowing FrameWork) -> Mask? {
        var found: FoundTracks?
        if work.miss == nil, let map = work.map {
            found = FoundTracks(map, work, settings: settings)
        }
        guard var mask = work.mask, found != nil || tracks.hidden(at: work.source.time).isEmpty
        else {
            tracks.miss(at: work.source.time)
            return nil
        }
        regions.keep(in: &mask, found, work, inverts: settings.rule.inverts)
        if let found {
            guard let edited = tracks.apply(to: mask, found, work) else { return nil }
            mask = edited
        } else {
            tracks.miss(at: work.source.time)
        }
        regions.hide(in: &mask, work.source)
        work.patches?.maskTouched(&mask)
        if work.source.format.isInterlaced { mask.joinFields() }
        return mask
    }
}
