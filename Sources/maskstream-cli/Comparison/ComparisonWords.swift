import Foundation
import MaskStream
import MaskStreamReports

/// What a comparison has found, in sentences.
extension ComparisonReport {
    /// The prediction: whether masking helped, and what it costs.
    var headline: String {
        guard let figure = prediction, let outcome else {
            return "no subject was found in \(run.counts.frames) frames: nothing to compare"
        }
        let share = percent(figure.value)
        let answer =
            measure == .accuracy
            ? "\(ours.title) is right on \(share) of \(labelled) labelled frames, the crop on "
                + percent(figure.value - figure.difference)
            : "\(ours.title) agrees with the crop on \(share) of \(run.counts.subjects) "
                + "subject-frames"
        return "\(answer) (\(figure.points)): \(words(outcome)); \(price)"
    }

    private func words(_ outcome: ComparisonOutcome) -> String {
        switch outcome {
        case .better: "masking helped"
        case .noWorse: "masking lost less than 2 points"
        case .worse: "masking lost"
        case .undecided: "not enough frames to tell"
        }
    }

    private var price: String {
        let time = timeRatio(to: .crop).map {
            "it takes \(decimals($0, 2)) times the time of cropping"
        }
        return [time, run.bytes].compactMap { $0 }.joined(separator: " and ")
    }

    /// What else a reader must know to judge the prediction.
    var notes: [ComparisonNote] {
        guard let ours = prediction?.value else { return [] }
        return [againstFull, patches].compactMap { $0 } + doubts(ours)
            + [run.unseen].compactMap { $0 }
    }

    private var againstFull: ComparisonNote? {
        guard let figure = figure(ours, minus: .full) else { return nil }
        let time = timeRatio(to: .full).map { ", \(decimals($0, 2)) times its time" } ?? ""
        return ComparisonNote(
            code: "against_full",
            text: "\(ours.title) against the full frame: \(figure.points)\(time)")
    }

    private var patches: ComparisonNote? {
        guard let figure = figure(.dropped, minus: .maskedCrop),
            let tokens = record[.dropped].tokens
        else { return nil }
        let share = percent(Double(tokens.kept) / Double(max(1, tokens.all)))
        return ComparisonNote(
            code: "patches",
            text:
                "patches dropped against the masked crop: \(figure.points), \(share) of its patches"
        )
    }

    /// Controls that do as well as they should not.
    private func doubts(_ ours: Double) -> [ComparisonNote] {
        var notes: [ComparisonNote] = []
        if measure == .agreement {
            notes.append(
                ComparisonNote(
                    code: "no_labels",
                    text: "agreement cannot rise above the crop's own: --labels can tell a gain"))
        }
        if measure == .agreement, outcome == .worse,
            let regret = record[self.ours].mean(.regret), abs(regret) < 0.02
        {
            let text = "the crop's answers lose \(decimals(regret, 3)) of probability on average"
            notes.append(
                ComparisonNote(code: "near_equals", text: "\(text): what changes are near equals"))
        }
        let controls: [(variant: Variant, slack: Double, words: String)] = [
            (.silhouette, 0.1, "the mask's shape alone does nearly as well"),
            (.inverse, 0, "what the mask hides does as well as what it keeps"),
            (.random, 0, "a random mask of equal area does as well"),
        ]
        for control in controls {
            guard let value = record[control.variant].mean(measure), value >= ours - control.slack
            else { continue }
            notes.append(
                ComparisonNote(
                    code: "beware_\(control.variant.rawValue)",
                    text: "beware: \(control.words) (\(percent(value)))"))
        }
        return notes
    }
}
