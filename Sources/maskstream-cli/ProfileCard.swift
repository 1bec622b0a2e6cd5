import Foundation
import MaskStream
import MaskStreamOnnx

/// What `profiles show` tells.
struct ProfileCard: Encodable {
    /// A model of the profile.
    struct Model: Encodable {
        let file: String
        let sha256: String
        let parameters: Int?
        let multiplyAdds: Int?
        let input: String
    }

    let name: String
    let description: String
    let license: String
    let folder: String
    let sha256: String
    let estimator: Model
    let primary: Model?
    let parameters: Int?
    let multiplyAdds: Int?
    let input: String
    let levels: [String: Float]
    let labels: [String]

    /// Loads the profile's models for what they tell of themselves.
    init(_ profile: Profile) throws {
        name = profile.name
        description = profile.description
        license = profile.license
        folder = profile.folder
        sha256 = profile.sha256
        let fit = profile.estimator.fit
        input =
            "\(fit.rawValue) of at most \(profile.estimator.area) pixels, sides multiples of "
            + "\(profile.estimator.multiple)"
        estimator = try Self.model(profile.estimator.file, input: input)
        parameters = estimator.parameters
        multiplyAdds = estimator.multiplyAdds
        primary = try profile.primary.map {
            try Self.model($0.file, input: "\($0.width)x\($0.height) \($0.pixels.color.rawValue)")
        }
        levels = ["region": profile.regionLevel].merging(
            profile.partsLevel.map { ["parts": $0] } ?? [:]
        ) { first, _ in first }
        labels = profile.primary?.labels ?? []
    }

    private static func model(_ file: ModelReference, input: String) throws -> Model {
        let session = try OnnxSession(path: file.path, expectedSHA256: file.sha256)
        return Model(
            file: file.path, sha256: session.sha256, parameters: session.parameters,
            multiplyAdds: session.multiplyAdds, input: input)
    }

    /// The card for programs.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// The card for people.
    var text: String {
        var lines = [
            "\(name): \(description)", "  license    \(license)", "  folder     \(folder)",
        ]
        lines += Self.lines("estimator", estimator)
        if let primary { lines += Self.lines("primary", primary) }
        let cuts = levels.sorted { $0.value < $1.value }.map { "\($0.key) \($0.value)" }
        lines.append("  levels     \(cuts.joined(separator: ", "))")
        if !labels.isEmpty { lines.append("  labels     \(labels.joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    private static func lines(_ kind: String, _ model: Model) -> [String] {
        let parameters = model.parameters.map { "\($0) parameters" } ?? "parameters unknown"
        let cost = model.multiplyAdds.map { "\(decimals(Double($0) / 1e6, 1)) M multiply-adds" }
        return [
            "  \(kind.padding(toLength: 10, withPad: " ", startingAt: 0)) \(model.input)",
            "             \(parameters), \(cost ?? "cost unknown"), sha256 \(model.sha256.prefix(12))…",
        ]
    }
}
