/// A threshold for each cell of a map, where each subject has its own.
///
/// In a subject's zone it is that subject's. What is in no zone or in two, and what belongs to no
/// subject that is looked at, has the one of them all that shows least.
struct CellThresholds {
    /// The thresholds, cell by cell.
    let values: [Float]
    /// The track in whose zone a cell is; 0 where in no zone or in two.
    let owners: [Int32]
    /// The lowest of all.
    let lowest: Float

    /// One threshold for all cells.
    init(_ threshold: Float, count: Int) {
        values = Array(repeating: threshold, count: count)
        owners = Array(repeating: 0, count: count)
        lowest = threshold
    }

    /// The subjects' own.
    ///
    /// - Parameters:
    ///   - subjects: those that are looked at, each with its component and its threshold.
    ///   - zones: the zones of all components.
    ///   - inverts: whether what is above a threshold is hidden.
    init(
        _ subjects: [(component: Int32, track: Int, threshold: Float)], _ zones: SubjectZones,
        inverts: Bool
    ) {
        let all = subjects.map(\.threshold)
        let strictest = (inverts ? all.min() : all.max()) ?? (inverts ? 0 : 1)
        let count = Int(subjects.map(\.component).max() ?? 0) + 1
        var table = [(track: Int32, threshold: Float)](repeating: (0, strictest), count: count)
        for subject in subjects {
            table[Int(subject.component)] = (
                Int32(truncatingIfNeeded: subject.track), subject.threshold
            )
        }
        let places = zones.owners.map { table.indices.contains(Int($0)) ? Int($0) : 0 }
        values = places.map { table[$0].threshold }
        owners = places.map { table[$0].track }
        lowest = all.min() ?? strictest
    }
}

extension CellThresholds {
    /// From which score on a cell becomes relevant, and above which one it stays so.
    struct Limits {
        let on: [Float]
        let off: [Float]
        /// Which cells are another subject's than before.
        let isNew: [Bool]
        /// The lowest of ``off``.
        let lowest: Float
    }

    /// The limits of a band around the thresholds, none where the owner is not the one of before.
    func limits(band: Float, inverts: Bool, since past: [Int32]?) -> Limits {
        let isNew = owners.indices.map { owners[$0] != past?[$0] ?? 0 }
        let bands = isNew.map { $0 ? 0 : band }
        return Limits(
            on: inverts ? values : zip(values, bands).map { $0 + $1 },
            off: zip(values, bands).map { $0 - $1 }, isNew: isNew, lowest: lowest - band)
    }
}
