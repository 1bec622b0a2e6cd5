/// Narrows the mask to the subjects that the primary model recognised as one of the wanted classes.
///
/// Comes after the primary model and before anything is painted. What belongs to no accepted
/// subject is masked: subjects without a prediction yet, those beyond the largest that are looked
/// at, specks, and every frame without a map. The threshold is controlled by the mask as the
/// primary saw it.
public struct ClassStage: Stage {
    private let finder: SubjectFinder
    private let rule: ThresholdMasker.Rule
    private var gate: ClassGate

    /// Makes the stage.
    ///
    /// - Parameters:
    ///   - classes: the wanted classes, as indices of the primary's labels.
    ///   - hold: seconds of the frames' time for which a prediction counts.
    ///   - settings: how masks are made in this run.
    public init(classes: Set<Int>, hold: Double, settings: MaskStage.Settings) {
        finder = SubjectFinder(settings)
        rule = settings.rule
        gate = ClassGate(classes: classes, hold: hold)
    }

    /// Takes from the mask what may not be shown.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        work.settleMeasurement()
        if work.beginsScene || work.miss == .damaged || work.source.file != nil { gate.forget() }
        guard let map = work.map, var mask = work.mask else {
            work.mask = nil
            return try emit(work)
        }
        let accepted = gate.accept(work.subjects, time: work.source.time)
        let (components, owners) = finder.components(of: map)
        let shown = Set(zip(components, accepted).filter(\.1).map(\.0.number))
        SubjectZones(
            owners: owners, width: map.width, height: map.height,
            reach: rule.reach(beyond: map, over: work.source.format), yielding: shown
        ).narrow(&mask, to: shown)
        work.patches?.maskTouched(&mask)
        work.mask = mask
        try emit(work)
    }
}
