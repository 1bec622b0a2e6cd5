/// Looks for what a detector still finds in masked frames.
///
/// A finding is a component of the detector's map above a level, however small, followed from frame to
/// frame of a scene. Neither smoothing nor hysteresis comes between: one frame is enough. The stage
/// stands behind an ``EstimateStage`` and changes nothing of the frames.
public struct VerifyStage: Stage {
    private let finder: SubjectFinder
    private let isolatesFrames: Bool
    private let kept: KeptPlaces?
    private let record: Confined<Verification>
    private var open = OpenFindings()
    /// The first frame's time in seconds.
    private var first: Double?

    /// Makes the stage for one stream.
    ///
    /// - Parameters:
    ///   - level: the score above which something is found.
    ///   - isolatesFrames: whether every frame is an image of its own.
    ///   - record: where frames and findings are added.
    public init(level: Float, isolatesFrames: Bool, into record: Confined<Verification>) {
        self.init(level: level, isolatesFrames: isolatesFrames, kept: nil, into: record)
    }

    /// Makes the stage; what lies wholly in a place that is `kept` is no finding.
    package init(
        level: Float, isolatesFrames: Bool, kept: KeptPlaces?, into record: Confined<Verification>
    ) {
        finder = SubjectFinder(level: level, minArea: 0)
        self.isolatesFrames = isolatesFrames
        self.kept = kept
        self.record = record
    }

    /// Adds what the frame's map shows to the record.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        if first == nil || isolatesFrames || work.beginsScene { beginScene() }
        let (frame, index) = (work.source, work.index)
        let start = first ?? frame.time
        first = start
        let sights = (work.map.map { finder.sights(in: $0, of: frame) } ?? []).filter {
            kept?.hold($0.place, in: frame, index, first: start) != true
        }
        let ended = open.add(sights, at: work.source.time)
        let isExamined = work.map != nil
        record.sync { record in
            record.count(isExamined: isExamined)
            record.add(ended)
        }
        work.output = work.source
        try emit(work)
    }

    /// Adds what went on to the last frame.
    public mutating func finish(emit: (consuming FrameWork) throws -> Void) throws {
        beginScene()
    }

    private mutating func beginScene() {
        let ended = open.endScene()
        record.sync { record in
            record.add(ended)
            record.beginScene()
        }
    }
}

extension SubjectFinder {
    /// What a map shows of a frame, largest first.
    fileprivate func sights(in map: ConfidenceMap, of frame: Frame) -> [OpenFindings.Sight] {
        let format = frame.format
        let end = frame.time + Double(frame.duration) * format.timeBase.value
        let (components, owners) = components(of: map)
        return components.map { component in
            let box = component.box(in: map, over: format)
            return OpenFindings.Sight(
                place: box,
                finding: VerificationFinding(
                    file: frame.file, from: frame.time, to: end, frames: 1,
                    box: box.displayed(format.orientation, in: format.width, format.height),
                    score: component.peak(in: map, owners)))
        }
    }
}

extension SubjectFinder.Component {
    /// The highest score of its cells; `owners` marks them in the map.
    fileprivate func peak(in map: ConfidenceMap, _ owners: [Int32]) -> Float {
        var peak: Float = 0
        for y in top...bottom {
            for cell in y * map.width + left...y * map.width + right
            where owners[cell] == number {
                peak = max(peak, map.values[cell])
            }
        }
        return peak
    }
}
