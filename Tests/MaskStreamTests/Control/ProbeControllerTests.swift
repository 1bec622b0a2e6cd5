import Testing

@testable import MaskStream

struct ProbeControllerTests {
    @Test("Masks more step by step and stops before what would fail, without trying it")
    func looksAhead() {
        var bench = ProbeBench()
        bench.regret = { $0 > 0.47 ? 0.4 : 0 }
        bench.run(60)
        #expect(bench.threshold == 0.45)
        #expect(bench.stations == [0.35, 0.4, 0.45])
        #expect(bench.moves.allSatisfy { $0.move == .tighten })
    }

    @Test("Without the look it tries, fails and turns back")
    func ablation() {
        var bench = ProbeBench()
        bench.controller.looksAhead = false
        bench.regret = { $0 > 0.47 ? 0.4 : 0 }
        bench.run(60)
        #expect(bench.stations.contains(0.5) && bench.moves.contains { $0.move == .loosen })
    }

    @Test("A raise takes three votes over two probe intervals")
    func threeVotes() {
        var bench = ProbeBench()
        bench.run(1.9)
        #expect(bench.threshold == 0.3 && bench.probes.count >= 3)
        bench.run(1)
        #expect(bench.threshold == 0.35)
        var silent = ProbeBench()
        silent.votes = false
        silent.run(60)
        #expect(silent.threshold == 0.3 && silent.moves.isEmpty)
    }

    @Test("An unsure primary, or one that says nothing, is not masked more")
    func unsure() {
        for confidence: Float? in [0.55, nil, .nan] {
            var bench = ProbeBench()
            bench.confidence = confidence
            bench.run(30)
            #expect(bench.threshold == 0.3)
        }
    }

    @Test("Too much regret lowers by a step; the step doubles while the looser mask fails too")
    func lowers() {
        var parameters = ProbeBench.parameters
        parameters.initial = 0.65
        var near = ProbeBench(parameters)
        near.regret = { $0 > 0.62 ? 0.4 : 0 }
        near.run(2)
        #expect(near.stations == [0.6])
        var far = ProbeBench(parameters)
        far.regret = { $0 > 0.3 ? 0.6 : 0 }
        far.run(3)
        #expect(far.stations == [0.55, 0.35, 0.3] && far.threshold == 0.3)
        #expect(far.moves.allSatisfy { $0.move == .loosen })
    }

    @Test("What failed is not tried again for 20 s, then for 40 s")
    func memory() {
        var bench = ProbeBench()
        bench.controller.looksAhead = false
        bench.regret = { $0 > 0.32 ? 0.4 : 0 }
        bench.run(100)
        let failures = bench.moves.filter { $0.move == .loosen && $0.threshold == 0.3 }
            .map(\.time)
        #expect(failures.count == 3)
        #expect(abs(failures[1] - failures[0] - 22) < 2)
        #expect(abs(failures[2] - failures[1] - 42) < 2)
    }

    @Test("A vote over the tolerance opens a burst that ends with the prediction")
    func bursts() {
        var bench = ProbeBench()
        bench.regret = { $0 > 0.32 ? 0.4 : 0 }
        bench.run(10)
        let calm = bench.probes.filter { $0 > 2 }
        #expect(zip(calm, calm.dropFirst()).allSatisfy { abs($1 - $0 - 1) < 0.04 })
        bench.regret = { _ in 0.15 }
        bench.run(2.2)
        bench.regret = { $0 > 0.32 ? 0.4 : 0.05 }
        let before = bench.probes.count
        bench.run(10)
        #expect(bench.threshold == 0.3)
        #expect(bench.probes.count - before <= 16)
    }

    @Test("Without a vote a burst ends too")
    func silence() {
        var bench = ProbeBench()
        bench.votes = false
        bench.run(60)
        #expect(bench.probes.count <= 75)
    }

    @Test("A fall of the confidence shows more at once and asks for a probe")
    func drop() throws {
        var bench = ProbeBench()
        bench.regret = { $0 > 0.32 ? 0.4 : 0 }
        bench.run(10)
        let fall = bench.time
        bench.confidence = 0.5
        bench.regret = { $0 > 0.27 ? 0.5 : 0 }
        bench.run(0.3)
        let drop = try #require(bench.moves.last)
        #expect(drop.move == .drop && drop.threshold == 0.25 && drop.time - fall < 0.12)
        #expect((bench.probes.last ?? 0) >= drop.time)
        bench.confidence = 0.9
        bench.run(10)
        #expect(bench.threshold == 0.25)
    }

    @Test("A drop that did not help returns within two seconds and is not repeated")
    func returns() throws {
        for votes in [true, false] {
            var bench = ProbeBench()
            bench.regret = { $0 > 0.32 ? 0.4 : 0 }
            bench.run(10)
            bench.votes = votes
            bench.confidence = 0.4
            bench.run(2.3)
            #expect(bench.moves.map(\.move).first == .drop)
            #expect(bench.moves.map(\.move).last == .return && bench.threshold == 0.3)
            let (first, last) = (try #require(bench.moves.first), try #require(bench.moves.last))
            #expect(last.time - first.time <= 2.1)
            let count = bench.moves.count
            for confidence: Float in [0.9, 0.4, 0.9, 0.4] {
                bench.confidence = confidence
                bench.run(4)
            }
            #expect(bench.moves.count == count && bench.threshold == 0.3)
        }
    }

    @Test("Low confidence without regret neither raises nor keeps lowering")
    func hardContent() {
        var bench = ProbeBench()
        bench.confidence = 0.3
        bench.run(60)
        #expect(bench.threshold == 0.3 && bench.moves.isEmpty)
    }

    @Test("What was measured at another threshold is no vote")
    func stale() {
        var controller = ProbeController(parameters: ProbeBench.parameters)
        let view = ProbeReading.View(
            threshold: 0.5, label: "a", confidence: 0.9, regret: 0.8, divergence: 0)
        let reading = ProbeReading(
            reference: view, current: view, tighter: view, looser: view, gain: false, votes: true)
        for frame in 0..<100 {
            controller.update(
                with: FrameMeasurement(
                    time: Double(frame) / 10, threshold: 0.5, subjects: 1, confidence: 0.9,
                    kept: 0.2, probe: reading))
            #expect(controller.threshold == 0.3)
        }
    }

    @Test("Where masking helps, regret counts as none")
    func gain() {
        var bench = ProbeBench()
        bench.gain = true
        bench.regret = { _ in 0.6 }
        bench.run(20)
        #expect(bench.threshold == 0.3 && bench.moves.isEmpty)
    }

    @Test("A hidden subject lowers T at full speed", arguments: [5.0, 30, 60])
    func blind(fps: Double) {
        var parameters = ProbeBench.parameters
        parameters.initial = parameters.max
        var bench = ProbeBench(parameters)
        bench.fps = fps
        bench.kept = { $0 > 0.4 ? 0 : 0.2 }
        bench.run(1)
        #expect(bench.threshold <= 0.4 && bench.threshold >= 0.2)
        #expect(bench.moves.allSatisfy { $0.move == .loosen })
    }

    @Test("No subject: T holds, and probes keep to their interval")
    func nobody() {
        var bench = ProbeBench()
        bench.subjects = 0
        bench.run(60)
        #expect(bench.threshold == 0.3 && bench.moves.isEmpty && bench.probes.count <= 62)
    }

    @Test("Another number of subjects forgets the votes, a flicker does not")
    func subjects() {
        var flicker = ProbeBench()
        var change = ProbeBench()
        for index in 0..<93 {
            flicker.subjects = index % 2 + 1
            flicker.run(1.0 / 30)
            change.subjects = index < 30 ? 1 : 2
            change.run(1.0 / 30)
        }
        #expect(flicker.threshold > 0.3)
        #expect(change.threshold == 0.3)
    }

    @Test("The ceiling on the kept share comes before regret, the floor before tightening")
    func keptBounds() {
        var parameters = ProbeBench.parameters
        parameters.keptMax = 0.6
        var wide = ProbeBench(parameters)
        wide.kept = { 1 - $0 }
        wide.regret = { _ in 0.5 }
        wide.run(60)
        let over = wide.moves.filter { $0.time > 1 && $0.threshold < 0.4 }
        #expect(wide.threshold >= 0.4 && wide.threshold <= 0.45 && over.count < 12)
        parameters.keptMax = 1
        parameters.keptMin = 0.6
        var narrow = ProbeBench(parameters)
        narrow.kept = { 1 - $0 }
        narrow.run(60)
        #expect(narrow.threshold <= 0.401 && narrow.threshold >= 0.3)
    }

    @Test("A bound that is reached is the reason of the move")
    func reasons() {
        var parameters = ProbeBench.parameters
        parameters.max = 0.37
        var bench = ProbeBench(parameters)
        bench.run(20)
        #expect(bench.threshold == 0.37 && bench.moves.last?.move == .clamp)
        #expect(bench.moves.first?.move == .tighten)
    }
}
