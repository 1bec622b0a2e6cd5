import Foundation
import MaskStream
import MaskStreamReports

/// What a comparison has found, in sentences.
extension ComparisonReport {
    /// The prediction: whether masking helped, and what it costs.
    var headline: String {
        guard let figure = prediction, let outcome else {
            return "no subject was found in \(record.frames) frames: nothing to compare"
        }
        let share = percent(figure.value)
        let answer =
            measure == .accuracy
            ? "\(ours.title) is right on \(share) of \(labelled) labelled frames, the crop on "
                + percent(figure.value - figure.difference)
            : "\(ours.title) agrees with the crop on \(share) of \(record.subjectFrames) "
                + "subject-frames"
        return "\(answer) (\(points(figure))): \(words(outcome)); \(price)"
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
        let bytes = byteRatio.map { ratio in
            ratio <= 1
                ? "saves \(decimals((1 - ratio) * 100, 0)) % of the bytes\(noise)"
                : "takes \(decimals((ratio - 1) * 100, 0)) % more bytes\(noise)"
        }
        return [time, bytes].compactMap { $0 }.joined(separator: " and ")
    }

    /// What the bytes are not saved by: equal quality settings need not give equal frames.
    private var noise: String {
        guard files.isComparable, let ours = files.masked.error.psnr,
            let theirs = files.plain.error.psnr, abs(ours - theirs) >= 0.5
        else { return "" }
        let gap = "\(decimals(abs(ours - theirs), 1)) dB"
        return " with kept pixels \(gap) \(ours < theirs ? "worse" : "better")"
    }

    /// A sentence beside the prediction, and its name for programs.
    struct Note {
        let code: String
        let text: String
    }

    /// What else a reader must know to judge the prediction.
    var notes: [Note] {
        guard let ours = prediction?.value else { return [] }
        return [againstFull, patches].compactMap { $0 } + doubts(ours) + [unseen].compactMap { $0 }
    }

    private var againstFull: Note? {
        guard let figure = figure(ours, minus: .full) else { return nil }
        let time = timeRatio(to: .full).map { ", \(decimals($0, 2)) times its time" } ?? ""
        return Note(
            code: "against_full",
            text: "\(ours.title) against the full frame: \(points(figure))\(time)")
    }

    private var patches: Note? {
        guard let figure = figure(.dropped, minus: .maskedCrop),
            let tokens = record[.dropped].tokens
        else { return nil }
        let share = percent(Double(tokens.kept) / Double(max(1, tokens.all)))
        return Note(
            code: "patches",
            text:
                "patches dropped against the masked crop: \(points(figure)), \(share) of its patches"
        )
    }

    /// Controls that do as well as they should not.
    private func doubts(_ ours: Double) -> [Note] {
        var notes: [Note] = []
        if measure == .agreement {
            notes.append(
                Note(
                    code: "no_labels",
                    text: "agreement cannot rise above the crop's own: --labels can tell a gain"))
        }
        if measure == .agreement, outcome == .worse,
            let regret = record[self.ours].mean(.regret), abs(regret) < 0.02
        {
            let text = "the crop's answers lose \(decimals(regret, 3)) of probability on average"
            notes.append(
                Note(code: "near_equals", text: "\(text): what changes are near equals"))
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
                Note(
                    code: "beware_\(control.variant.rawValue)",
                    text: "beware: \(control.words) (\(percent(value)))"))
        }
        return notes
    }

    private var unseen: Note? {
        let count = record.frames - record.framesWithSubject
        guard count > 0 else { return nil }
        return Note(
            code: "frames_without_subject",
            text: "\(count) frames have no subject and are in no share")
    }

    /// A fraction as a percentage.
    func percent(_ share: Double) -> String { "\(decimals(share * 100, 1)) %" }

    /// A difference in points with its interval.
    func points(_ figure: Figure) -> String {
        let interval = figure.interval
        return "\(signed(figure.difference * 100, 1)) points [\(bounds(interval))]"
    }

    /// The bounds of an interval in points.
    func bounds(_ interval: ClosedRange<Double>) -> String {
        "\(signed(interval.lowerBound * 100, 1)), \(signed(interval.upperBound * 100, 1))"
    }

    /// A number with its sign; zero has none.
    func signed(_ value: Double, _ places: Int) -> String {
        let text = decimals(value, places)
        return text.hasPrefix("-") || Double(text) == 0 ? text : "+\(text)"
    }
}
