import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Controllers of several subjects whose regret is known, frame by frame without delay.
private struct TrackBench {
    struct Subject {
        var regret: (Float) -> Float = { _ in 0 }
        var confidence: Float = 0.9
        var isBlind = false
    }

    var controllers: SubjectControllers
    var subjects: [Int: Subject]
    var kept: Float = 0.2
    private(set) var time = 0.0
    private(set) var probes: [Int: Int] = [:]
    /// The thresholds of each frame.
    private(set) var past: [[Int: Float]] = []
    private(set) var thresholds = TrackThresholds(initial: 0)

    init(
        _ subjects: [Int: Subject], _ parameters: ProbeController.Parameters = ProbeBench.parameters
    ) {
        controllers = SubjectControllers(ProbeController(parameters: parameters))
        self.subjects = subjects
    }

    subscript(_ track: Int) -> Float { thresholds.entry(of: track).threshold }

    mutating func run(_ seconds: Double, fps: Double = 30) {
        for _ in 0..<Int((seconds * fps).rounded()) {
            thresholds = controllers.tracks(at: time) ?? thresholds
            var frame = FrameMeasurement(
                time: time, threshold: controllers.threshold, subjects: subjects.count, kept: kept)
            for (track, subject) in subjects {
                let entry = thresholds.entry(of: track)
                if entry.plan != nil { probes[track, default: 0] += 1 }
                frame.tracks[track] = TrackMeasurement(
                    threshold: entry.threshold, confidence: subject.confidence,
                    isBlind: subject.isBlind,
                    probe: entry.plan.map { reading($0, entry.threshold, subject) })
            }
            past.append(subjects.keys.reduce(into: [:]) { $0[$1] = self[$1] })
            controllers.update(with: frame)
            time += 1 / fps
        }
        thresholds = controllers.tracks(at: time) ?? thresholds
    }

    private func reading(_ plan: ProbePlan, _ threshold: Float, _ subject: Subject) -> ProbeReading
    {
        func view(_ threshold: Float?) -> ProbeReading.View {
            ProbeReading.View(
                threshold: threshold, label: "a", confidence: 0.9,
                regret: threshold.map(subject.regret) ?? 0, divergence: 0)
        }
        return ProbeReading(
            reference: view(nil), current: view(threshold), tighter: view(plan.tighter),
            looser: view(plan.looser), gain: false, votes: true)
    }
}

@Suite struct SubjectControllersTests {
    private typealias Subject = TrackBench.Subject
    /// Bears any mask up to a threshold.
    private static func subject(upTo wall: Float) -> Subject {
        Subject(regret: { $0 > wall + 0.02 ? 0.4 : 0 })
    }

    @Test("Each track goes as one controller does that knows of no other", arguments: 0..<20)
    func eachAsIfAlone(seed: Int) {
        var generator = SeededGenerator(seed)
        var parameters = ProbeBench.parameters
        (parameters.keptMin, parameters.keptMax) = (0.05, 0.7)
        var together = SubjectControllers(ProbeController(parameters: parameters))
        var alone = (0..<3).map { _ in ProbeController(parameters: parameters) }
        func view(_ threshold: Float?, _ regret: Float) -> ProbeReading.View {
            ProbeReading.View(
                threshold: threshold, label: nil, confidence: 0.9, regret: regret, divergence: 0)
        }
        for index in 0..<900 {
            let time = Double(index) / 30
            let thresholds = together.tracks(at: time)
            var frame = FrameMeasurement(
                time: time, subjects: 3, kept: Float.random(in: 0...0.8, using: &generator))
            for track in alone.indices {
                // A track is known from the frame on after it was measured.
                let plan = index == 0 ? nil : alone[track].probe(at: time)
                let own = thresholds?.entry(of: track)
                #expect(own == .init(threshold: alone[track].threshold, plan: plan))
                let isBlind = Int.random(in: 0..<40, using: &generator) == 0
                let regret = Float.random(in: -0.1...0.5, using: &generator)
                let probe = plan.map {
                    ProbeReading(
                        reference: view(nil, 0), current: view(own?.threshold, regret),
                        tighter: view($0.tighter, regret), looser: view($0.looser, regret / 2),
                        gain: false, votes: true)
                }
                let measured = TrackMeasurement(
                    threshold: alone[track].threshold,
                    confidence: Float.random(in: 0.4...1, using: &generator), isBlind: isBlind,
                    probe: probe)
                frame.tracks[track] = measured
                alone[track].update(
                    with: FrameMeasurement(
                        time: time, threshold: measured.threshold, subjects: 1,
                        confidence: measured.confidence, kept: frame.kept, isBlind: isBlind,
                        probe: measured.probe))
            }
            together.update(with: frame)
            #expect(together.threshold == alone.map(\.threshold).max())
        }
        #expect(Set(alone.map(\.threshold)).count > 1, "they differ")
    }

    @Test("Where one fails, its threshold alone falls; the frame's is the highest")
    func oneFails() {
        var parameters = ProbeBench.parameters
        parameters.initial = 0.5
        var bench = TrackBench(
            [1: Self.subject(upTo: 0.35), 2: Self.subject(upTo: 0.5)], parameters)
        bench.run(8)
        #expect(bench[1] == 0.35 && bench[2] == 0.5)
        #expect(bench.past.allSatisfy { $0[2] == 0.5 })
        #expect(bench.controllers.threshold == 0.5)
        // The failing one is probed more while its prediction is open.
        #expect(bench.probes[1, default: 0] > bench.probes[2, default: 0])
    }

    @Test("Votes, memory and speed are each track's own")
    func lawOfEach() {
        var bench = TrackBench([1: Self.subject(upTo: 0.3), 2: Self.subject(upTo: 0.6)])
        bench.run(40)
        #expect(bench[1] == 0.3 && bench[2] == 0.6)
        // What failed for the one is tried again after its memory, not because of the other.
        bench.subjects[2] = Self.subject(upTo: 0.4)
        bench.subjects[1] = Self.subject(upTo: 0.45)
        bench.run(15)
        #expect(bench[1] == 0.45 && bench[2] == 0.4)
        bench.subjects[2] = Self.subject(upTo: 0.6)
        bench.run(4)
        #expect(bench[2] == 0.4, "it is remembered for 20 s")
        bench.run(25)
        #expect(bench[2] > 0.4 && bench[1] == 0.45)
        let mostAFrame = ProbeBench.parameters.slew / 30 + 0.0011
        for (before, after) in zip(bench.past, bench.past.dropFirst()) {
            for (track, threshold) in after {
                let last = before[track] ?? threshold
                #expect(abs(threshold - last) <= mostAFrame)
            }
        }
    }

    @Test("A hidden subject lowers its own threshold")
    func blind() {
        var hidden = Self.subject(upTo: 0.6)
        hidden.isBlind = true
        var bench = TrackBench([1: hidden, 2: Self.subject(upTo: 0.3)])
        bench.run(2)
        #expect(bench[1] == 0.2 && bench[2] == 0.3)
    }

    @Test("A new track starts at initial; one that is soon back has its threshold again")
    func comesAndGoes() {
        var bench = TrackBench([1: Self.subject(upTo: 0.5), 2: Self.subject(upTo: 0.3)])
        bench.run(40)
        #expect(bench[1] == 0.5 && bench[2] == 0.3)
        let away = bench.subjects.removeValue(forKey: 1)
        bench.run(1)
        #expect(bench[1] == 0.5 && bench.controllers.threshold == 0.3)
        bench.subjects[1] = away
        bench.run(0.1)
        #expect(bench[1] == 0.5 && bench.controllers.threshold == 0.5)
        bench.subjects[7] = Self.subject(upTo: 0.6)
        bench.run(0.1)
        #expect(bench[7] == 0.3 && bench[1] == 0.5, "the third is new")
        bench.subjects = [7: Self.subject(upTo: 0.3)]
        bench.run(3)
        #expect(Set(bench.thresholds.known.keys) == [7], "who is gone is forgotten")
        #expect(bench[1] == 0.3)
    }

    @Test("However many tracks come and go, few are remembered")
    func bounded() {
        var bench = TrackBench([:])
        for track in 1...400 {
            bench.subjects = [track: Subject()]
            bench.run(0.1)
            #expect(bench.thresholds.known.count <= 17)
        }
    }

    @Test("Without a subject the highest threshold of those seen last holds")
    func nobody() {
        var bench = TrackBench([1: Self.subject(upTo: 0.5), 2: Self.subject(upTo: 0.3)])
        bench.run(40)
        bench.subjects = [:]
        bench.run(10)
        #expect(bench.controllers.threshold == 0.5 && bench.thresholds.known.isEmpty)
        var parameters = ProbeBench.parameters
        parameters.keptMax = 0.6
        var empty = TrackBench([:], parameters)
        empty.kept = 0.7
        empty.run(2)
        #expect(empty.controllers.threshold == 0.65, "the bound of what is shown holds even then")
    }

    @Test("Keeping too much raises all tracks, keeping too little lowers all")
    func keptBounds() {
        var parameters = ProbeBench.parameters
        (parameters.keptMin, parameters.keptMax) = (0.1, 0.6)
        var bench = TrackBench(
            [1: Self.subject(upTo: 0.2), 2: Self.subject(upTo: 0.3)], parameters)
        bench.kept = 0.7
        bench.run(2)
        #expect(bench[1] == 0.65 && bench[2] == 0.65)
        bench.kept = 0.05
        bench.run(2)
        #expect(bench[1] == 0.2 && bench[2] == 0.2)
    }

    @Test("By confidence, the threshold falls around the subject that the model is unsure of")
    func confidence() {
        var controllers = SubjectControllers(
            ConfidenceController(
                parameters: ConfidenceController.Parameters(
                    initial: 0.5, min: 0.2, max: 0.8, low: 0.5, high: 0.9, slew: 0.5)))
        for index in 0..<60 {
            var frame = FrameMeasurement(time: Double(index) / 10, subjects: 2, kept: 0.3)
            frame.tracks = [
                1: TrackMeasurement(threshold: 0.5, confidence: 0.1),
                2: TrackMeasurement(threshold: 0.5, confidence: 0.7),
            ]
            controllers.update(with: frame)
        }
        let thresholds = controllers.tracks(at: 6)
        #expect(thresholds?.known[1]?.threshold == 0.2 && thresholds?.known[2]?.threshold == 0.5)
        #expect(thresholds?.known.values.allSatisfy { $0.plan == nil } == true)
    }

    @Test("Subjects found as one have their highest threshold, and no probe of a lower")
    func joined() {
        let plan = ProbePlan(tighter: 0.35, looser: 0.25)
        let thresholds = TrackThresholds(
            initial: 0.4,
            known: [
                1: TrackThresholds.Entry(threshold: 0.3, plan: plan),
                2: TrackThresholds.Entry(threshold: 0.5),
            ])
        #expect(thresholds.entry(of: 1).plan == plan)
        #expect(thresholds.entry(of: 1, joined: [2]) == TrackThresholds.Entry(threshold: 0.5))
        #expect(thresholds.entry(of: 2, joined: [1]) == TrackThresholds.Entry(threshold: 0.5))
        #expect(thresholds.entry(of: 1, joined: [9]).plan == plan)
        #expect(thresholds.entry(of: 3, joined: [2]) == TrackThresholds.Entry(threshold: 0.4))
    }
}
