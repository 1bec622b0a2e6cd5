/// Applies a person's edits to the mask, before anything is painted.
///
/// A frame that is masked whole for damage or a miss stays so; of one whose mask is only held, nobody
/// knows where tracks are, and where one is hidden all is.
public struct EditStage: Stage {
    private let edits: Edits
    private let settings: MaskStage.Settings
    private var tracks: TrackEdits
    private var regions: RegionEdits
    private let kept: Confined<KeptPlaces>?

    /// Makes the stage; `settings` are those of the run's masks.
    public init(_ edits: Edits, settings: MaskStage.Settings) {
        self.init(edits, settings: settings, into: nil)
    }

    /// Makes the stage; what is kept in each frame is added to `kept`.
    package init(
        _ edits: Edits, settings: MaskStage.Settings, into kept: Confined<KeptPlaces>?
    ) {
        self.edits = edits
        self.kept = kept
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
        note(work)
        try emit(work)
    }

    /// Notes what is kept, and not hidden by another edit.
    private func note(_ work: borrowing FrameWork) {
        guard let kept else { return }
        let (frame, index) = (work.source, work.index)
        let shown = work.mask.map { mask in
            (
                tracks: tracks.kept(over: frame.format).filter {
                    !regions.hide(anyOf: $0, in: frame)
                },
                regions: regions.kept(in: mask, of: frame)
            )
        }
        kept.sync {
            $0.add(frame, index, tracks: shown?.tracks ?? [], regions: shown?.regions ?? [])
        }
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
