import Testing

@testable import MaskStream

struct SubjectProbeTests {
    private static func prediction(_ scores: [Float]) -> Prediction {
        guard let prediction = Prediction(labels: ["a", "b", "c"], scores: scores) else {
            preconditionFailure("three scores")
        }
        return prediction
    }

    private static func probe(
        _ reference: [Float], _ current: [Float]?, _ tighter: [Float]? = nil,
        _ looser: [Float]? = nil, truth: Int? = nil, area: Int = 1
    ) -> SubjectProbe {
        SubjectProbe(
            area: area, threshold: 0.4, plan: ProbePlan(tighter: 0.5, looser: 0.3),
            reference: prediction(reference), current: current.map(prediction),
            tighter: tighter.map(prediction), looser: looser.map(prediction), truth: truth)
    }

    @Test("Regret is what the reference's answer loses, or the true one's")
    func regret() {
        let probe = Self.probe([0.8, 0.1, 0.1], [0.5, 0.4, 0.1], nil, [0.9, 0, 0.1])
        #expect(abs(probe.regret(probe.current) - 0.3) < 1e-6)
        #expect(abs(probe.regret(probe.looser) + 0.1) < 1e-6)
        #expect(probe.regret(nil) == 0.8, "nothing seen loses all")
        let known = Self.probe([0.3, 0.6, 0.1], [0.2, 0.5, 0.3], truth: 1)
        #expect(abs(known.regret(known.current) - 0.1) < 1e-6)
    }

    @Test("A reference that is not sure of the answer has no vote")
    func votes() {
        #expect(Self.probe([0.5, 0.3, 0.2], nil).votes)
        #expect(!Self.probe([0.49, 0.31, 0.2], nil).votes)
        #expect(!Self.probe([0.8, 0.1, 0.1], nil, truth: 2).votes)
        #expect(Self.probe([0.1, 0.1, 0.8], nil, truth: 2).votes)
    }

    @Test("Masking gains where both views agree on another class with more confidence")
    func gains() {
        let gain = Self.probe([0.6, 0.4, 0], [0.1, 0.9, 0], [0.4, 0.6, 0], [0.2, 0.8, 0])
        #expect(gain.gains)
        #expect(gain.regret(gain.current) == 0 && abs(gain.regret(gain.looser) - 0.1) < 1e-6)
        #expect(abs(gain.regret(gain.tighter) - 0.3) < 1e-6)
        #expect(
            !Self.probe([0.6, 0.4, 0], [0.4, 0.6, 0], nil, [0.45, 0.55, 0]).gains, "less sure")
        #expect(
            !Self.probe([0.6, 0.4, 0], [0.1, 0.9, 0], nil, [0.9, 0.1, 0]).gains, "no agreement")
        #expect(
            !Self.probe([0.6, 0.4, 0], [0.1, 0.9, 0], nil, [0.2, 0.8, 0], truth: 0).gains,
            "and it is wrong")
    }

    @Test("Divergence is 0 for the same answer, 1 bit for none in common")
    func divergence() {
        let probe = Self.probe([1, 0, 0], [1, 0, 0], [0, 1, 0], [0.5, 0.5, 0])
        #expect(probe.divergence(probe.current) == 0)
        #expect(probe.divergence(probe.tighter) == 1)
        #expect(abs(probe.divergence(probe.looser) - 0.3113) < 1e-3)
        #expect(probe.divergence(nil) == 1)
    }

    @Test("A reading weighs subjects by area and hears those that vote")
    func reading() throws {
        let large = Self.probe([0.9, 0.1, 0], [0.5, 0.4, 0.1], area: 3)
        let small = Self.probe([0.1, 0.1, 0.8], [0.1, 0.1, 0.8], area: 1)
        let unsure = Self.probe([0.4, 0.3, 0.3], [0, 0, 1], area: 90)
        let reading = try #require(
            ProbeReading([large, unsure, small]))
        #expect(reading.votes && !reading.gain)
        #expect(abs(reading.current.regret - 0.3) < 1e-6)
        #expect(abs(reading.current.confidence - 0.575) < 1e-6)
        #expect(reading.current.label == "a" && reading.reference.label == "a")
        #expect(reading.reference.threshold == nil && reading.reference.regret == 0)
        #expect(reading.tighter.threshold == 0.5 && reading.tighter.label == nil)
        #expect(reading.looser.threshold == 0.3 && reading.current.threshold == 0.4)
        let mute = try #require(ProbeReading([unsure]))
        #expect(!mute.votes && mute.reference.label == "a")
        #expect(ProbeReading([]) == nil)
    }
}
