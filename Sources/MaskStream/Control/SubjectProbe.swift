import Foundation

/// The primary's answers to one subject of a probe, two where the first has no vote.
struct SubjectProbe {
    /// The subject's area, its weight among the others.
    let area: Int
    /// The threshold in force around it.
    let threshold: Float
    /// The other thresholds that it was judged at.
    let plan: ProbePlan
    /// What the primary says of the box unmasked.
    let reference: Prediction
    /// What it says through the three masks; nil where a mask keeps nothing of the box, or nobody
    /// asked.
    let current: Prediction?
    var tighter: Prediction?
    var looser: Prediction?
    /// The class that is right, where the user knows it.
    let truth: Int?

    /// The class whose probability counts.
    private var answer: Int { truth ?? reference.top }

    /// Whether the reference is sure enough of the answer for the masks to be measured by it.
    var votes: Bool { reference.isCalibrated && reference.scores[answer] >= 0.5 }

    /// Whether the masked views agree on another class than the reference with more confidence:
    /// what is masked was misleading.
    var gains: Bool {
        guard let current, let looser, current.top == looser.top, current.top != reference.top
        else { return false }
        return min(current.confidence, looser.confidence) > reference.confidence
            && (truth ?? current.top) == current.top
    }

    /// How much of the answer's probability a view has lost; where masking gained, how much of the
    /// better answer's.
    func regret(_ view: Prediction?) -> Float {
        guard gains, let current else {
            return reference.scores[answer] - (view?.scores[answer] ?? 0)
        }
        return max(0, current.scores[current.top] - (view?.scores[current.top] ?? 0))
    }

    /// The Jensen-Shannon divergence of a view from the reference, in bits; 1 where nothing is
    /// seen.
    func divergence(_ view: Prediction?) -> Float {
        guard let view else { return 1 }
        var sum: Float = 0
        for (p, q) in zip(reference.scores, view.scores) {
            let mean = (p + q) / 2
            if p > 0 { sum += p * log2(p / mean) / 2 }
            if q > 0 { sum += q * log2(q / mean) / 2 }
        }
        return min(max(sum, 0), 1)
    }
}

extension ProbeReading {
    /// Joins the answers to a frame's subjects, which come largest first; nil without any.
    ///
    /// Those that vote are weighted by area; where none votes, the largest is all there is.
    /// Thresholds are those of the largest.
    init?(_ subjects: [SubjectProbe]) {
        let heard = Self.heard(subjects).map { subjects[$0] }
        guard let largest = heard.first else { return nil }
        let total = heard.reduce(Float(0)) { $0 + Float($1.area) }
        func mean(_ value: (SubjectProbe) -> Float) -> Float {
            heard.reduce(0) { $0 + Float($1.area) * value($1) } / total
        }
        func view(_ threshold: Float?, _ prediction: (SubjectProbe) -> Prediction?) -> View {
            View(
                threshold: threshold, label: prediction(largest)?.label,
                confidence: mean { prediction($0)?.confidence ?? 0 },
                regret: mean { $0.regret(prediction($0)) },
                divergence: mean { $0.divergence(prediction($0)) })
        }
        var reference = view(nil) { $0.reference }
        reference.regret = 0
        self.init(
            reference: reference, current: view(largest.threshold) { $0.current },
            tighter: view(largest.plan.tighter) { $0.tighter },
            looser: view(largest.plan.looser) { $0.looser },
            gain: heard.contains(where: \.gains), votes: largest.votes)
    }

    /// The places of those subjects that a reading is of: all that vote, else the first.
    static func heard(_ subjects: [SubjectProbe]) -> [Int] {
        let voters = subjects.indices.filter { subjects[$0].votes }
        return voters.isEmpty ? Array(subjects.indices.prefix(1)) : voters
    }
}
