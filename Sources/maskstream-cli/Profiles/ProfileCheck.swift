import Dispatch
import Foundation
import MaskStream
import MaskStreamOnnx

/// Runs a profile's models on an image and reports what they do.
struct ProfileCheck {
    private let profile: Profile
    private let image: CheckImage

    /// Opens the image; nil draws one.
    init(_ profile: Profile, image: String?) throws {
        self.profile = profile
        self.image = try image.map(CheckImage.init(reading:)) ?? .drawn()
    }

    /// What was found; throws at the first thing that makes the profile unusable.
    ///
    /// - Parameters:
    ///   - confidence: where the confidence map is written as an image; nil writes none.
    ///   - overwrite: whether an existing file may be replaced by it.
    func findings(confidence: String?, overwrite: Bool) throws -> [Finding] {
        let spec = profile.estimator
        let session = try OnnxSession(spec.file, opensBatch: spec.detector != nil)
        let estimator = EstimatorCheck(profile: profile, session: session)
        let maps = try estimator.run(on: image)
        let study = try MapStudy(profile, image, maps.ofImage)
        var findings: [Finding] = [.good("manifest", "\(profile.folder)/profile.yaml")]
        findings.append(Self.model("estimator", session, spec.file))
        findings += estimator.doubts + [image.finding] + maps.findings
        findings += study.findings
        findings += try primary(study)
        if let confidence {
            try study.write(to: confidence, overwrite: overwrite)
            findings.append(.good("written", "\(confidence): white where confidence is 1"))
        }
        return findings
    }

    private static func model(
        _ kind: String, _ session: OnnxSession, _ model: ModelReference
    ) -> Finding {
        let file = model.file(on: session.device)
        let name = URL(fileURLWithPath: file.path).lastPathComponent
        let text = "\(name), \(session.parameters) parameters"
        guard file.sha256 == nil else { return .good(kind, "\(text), the hash is right") }
        return .odd(kind, "\(text); no hash guards it: add  sha256: \(session.sha256)")
    }

    private func primary(_ study: MapStudy) throws -> [Finding] {
        guard let spec = profile.primary else {
            return [.good("primary", "none: the threshold is fixed")]
        }
        let session = try OnnxSession(spec.file, opensBatch: spec.detector != nil)
        var model = try spec.model(session)
        var findings = [Self.model("primary", session, spec.file)]
        if !spec.isCalibrated {
            findings.append(
                .odd("primary", "no temperature is set: its answers move no threshold"))
        }
        // Without a subject it shows at least that it runs.
        let boxes = study.subjects.isEmpty ? [image.middle] : study.subjects.map { $0.box }
        let mask = study.subjects.isEmpty ? nil : study.mask
        var answers: [Finding] = []
        let time = try medianTime {
            let regions = boxes.map { Region(box: $0, mask: mask) }
            let predictions = try asConfiguration {
                try model.run(on: image.frame, in: regions)
            }
            answers = zip(boxes, predictions).map { box, prediction in
                let place = "\(box.width)x\(box.height) at \(box.x),\(box.y)"
                guard let prediction else {
                    return .odd(
                        "answer",
                        "\(place): " + (spec.vit == nil ? "nothing is found" : "no patch is kept"))
                }
                let patches = prediction.tokens.map { "; \($0.kept) of \($0.all) patches" } ?? ""
                return .good("answer", "\(place): \(Self.best(prediction))\(patches)")
            }
        }
        let each = decimals(time / Double(boxes.count), 2)
        findings.append(
            .good("primary", "\(spec.sight), \(each) ms a subject on one core"))
        return findings + answers
    }

    /// The three most probable classes.
    private static func best(_ prediction: Prediction) -> String {
        prediction.scores.indices.sorted { prediction.scores[$0] > prediction.scores[$1] }.prefix(3)
            .map { "\(prediction.labels[$0]) \(decimals(Double(prediction.scores[$0]), 2))" }
            .joined(separator: ", ")
    }
}

/// One line of a check.
struct Finding: CustomStringConvertible {
    /// Whether the profile works, but not as its maker will have meant it.
    let isOdd: Bool
    let subject: String
    let text: String

    static func good(_ subject: String, _ text: String) -> Finding {
        Finding(isOdd: false, subject: subject, text: text)
    }

    static func odd(_ subject: String, _ text: String) -> Finding {
        Finding(isOdd: true, subject: subject, text: text)
    }

    /// Mark, subject and text in columns.
    var description: String {
        let column = subject.padding(toLength: 9, withPad: " ", startingAt: 0)
        return "\(isOdd ? "warn" : "ok  ") \(column) \(text)"
    }
}

/// The median time of a call in milliseconds, over a second or twenty calls, at least three.
func medianTime(_ body: () throws -> Void) rethrows -> Double {
    let start = Uptime.now
    var times: [Double] = []
    var last = start
    while times.count < 3 || (times.count < 20 && Uptime.seconds(from: start, to: last) < 1) {
        try body()
        let now = Uptime.now
        times.append(1000 * Uptime.seconds(from: last, to: now))
        last = now
    }
    return times.sorted()[times.count / 2]
}

/// Runs a model; its failure here is the profile's fault.
func asConfiguration<R>(_ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch let error as MaskStreamError where error.code == .software {
        throw MaskStreamError(
            .configuration, error.message,
            hint: "the model does not work on this image: export it again", underlying: error)
    }
}
