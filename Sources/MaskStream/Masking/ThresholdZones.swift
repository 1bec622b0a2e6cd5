/// Where a frame's subjects are in its map, each with a threshold of its own.
struct ThresholdZones {
    private let components: [SubjectFinder.Component]
    private let zones: SubjectZones
    private let inverts: Bool

    /// The zones of all that was found in a map.
    init(
        _ found: SubjectFinder.Found, in map: ConfidenceMap, over format: FrameFormat,
        rule: ThresholdMasker.Rule
    ) {
        components = found.subjects
        zones = SubjectZones(
            owners: found.owners, width: map.width, height: map.height,
            reach: rule.reach(beyond: map, over: format), share: false)
        inverts = rule.inverts
    }

    /// The thresholds of the map's cells, by those of the subjects that are looked at.
    func cells(of subjects: [Subject], _ threshold: (Subject) -> Float) -> CellThresholds {
        CellThresholds(
            zip(subjects, components).map { subject, component in
                (component.number, subject.track ?? 0, threshold(subject))
            }, zones, inverts: inverts)
    }
}
