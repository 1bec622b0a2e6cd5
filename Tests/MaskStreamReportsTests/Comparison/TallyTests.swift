import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct TallyTests {
    /// A prediction on two classes by the probability of the first.
    private static func prediction(_ first: Float) throws -> Prediction {
        try #require(Prediction(labels: ["a", "b"], scores: [first, 1 - first]))
    }

    /// One reference and one answer to each of some subject-frames, each in a block of its own.
    private static func tallies(
        _ answers: [(reference: Float, answer: Float?, truth: Int?)]
    ) throws -> (reference: Tally, tally: Tally) {
        var (reference, tally) = (Tally(), Tally())
        for (block, given) in answers.enumerated() {
            let expected = try prediction(given.reference)
            let answer = try given.answer.map(prediction)
            reference.add(expected, reference: expected, truth: given.truth, block: block)
            tally.add(answer, reference: expected, truth: given.truth, block: block)
        }
        return (reference, tally)
    }

    @Test("Agreement and regret are measured on the reference's answer")
    func agreement() throws {
        let (reference, tally) = try Self.tallies([
            (0.75, 0.625, nil), (0.75, 0.25, nil), (0.25, 0.25, nil), (0.25, nil, nil),
        ])
        let figure = try #require(tally.figure(.agreement, minus: reference))
        #expect(figure.value == 0.5)
        #expect(figure.difference == -0.5)
        #expect(tally.mean(.regret) == (0.125 + 0.5 + 0 + 0.75) / 4)
        #expect(tally.mean(.confidence) == (0.625 + 0.75 + 0.75 + 0) / 4)
        #expect(tally.mean(.accuracy) == nil && tally.figure(.accuracy, minus: reference) == nil)
    }

    @Test("Accuracy and regret are measured on the label where there is one")
    func accuracy() throws {
        let (reference, tally) = try Self.tallies([
            (0.25, 0.75, 0), (0.25, 0.75, 0), (0.75, 0.75, nil), (0.75, nil, 0),
        ])
        let figure = try #require(tally.figure(.accuracy, minus: reference))
        #expect(tally.count == 4 && tally.labelled == 3)
        #expect(abs(figure.value - 2.0 / 3) < 1e-12 && abs(figure.difference - 1.0 / 3) < 1e-12)
        #expect(tally.mean(.regret) == (-0.5 - 0.5 + 0 + 0.75) / 4)
    }

    @Test(
        "Words stand for intervals",
        arguments: [
            (0.05, 0.01, 0.09, 10, 200, ComparisonOutcome.better),
            (0.05, 0.0, 0.09, 10, 200, .noWorse),
            (-0.01, -0.019, -0.001, 10, 200, .noWorse),
            (-0.01, -0.02, 0.01, 10, 200, .undecided),
            (-0.05, -0.08, -0.01, 10, 200, .worse),
            (-0.05, -0.08, -0.01, 4, 200, .undecided),
            (0.05, 0.01, 0.09, 10, 99, .undecided),
        ])
    func outcome(
        value: Double, low: Double, high: Double, blocks: Int, count: Int,
        expected: ComparisonOutcome
    ) {
        let figure = Figure(value: 0.9, difference: value, interval: low...high)
        #expect(ComparisonOutcome(figure, blocks: blocks, count: count) == expected)
    }

    @Test("The first call is left out of the cost where there are others")
    func cost() {
        var cost = InferenceCost()
        #expect(cost.milliseconds == 0)
        cost.measure(runs: 0) {}
        #expect(cost.runs == 0)
        cost.measure(runs: 2) { burn(5) }
        let first = cost.milliseconds
        #expect(first > 0)
        for _ in 0..<3 { cost.measure {} }
        #expect(cost.runs == 5 && cost.milliseconds < first)
    }

    private func burn(_ milliseconds: Int) {
        var (sum, rounds) = (0.0, 0)
        while rounds < milliseconds * 10_000 {
            sum += Double(rounds).squareRoot()
            rounds += 1
        }
        #expect(sum > 0)
    }
}
