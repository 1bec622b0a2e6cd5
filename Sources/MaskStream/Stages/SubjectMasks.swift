/// Divides what a frame's mask keeps, or hides where the rule inverts, among its subjects.
package struct SubjectMasks: Sendable {
    private let finder: SubjectFinder
    private let rule: ThresholdMasker.Rule

    /// Divides masks that are made in this way.
    package init(_ settings: MaskStage.Settings) {
        finder = SubjectFinder(settings)
        rule = settings.rule
    }

    /// The part of each of a frame's subjects, in their order; none without a map.
    package func masks(of work: borrowing FrameWork) -> [Mask] {
        guard let map = work.map, var mask = work.mask else { return [] }
        if rule.inverts { mask.invert() }
        let (components, owners) = finder.components(of: map)
        let zones = SubjectZones(
            owners: owners, width: map.width, height: map.height,
            reach: rule.reach(beyond: map, over: work.source.format))
        return zip(work.subjects, components).map { _, component in
            var part = mask
            zones.narrow(&part, to: [component.number])
            return part
        }
    }
}
