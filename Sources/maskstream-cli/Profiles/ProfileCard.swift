import Foundation
import MaskStream
import MaskStreamOnnx

/// What `profiles show` prints.
struct ProfileCard {
    /// A model of the profile.
    private struct Model {
        let file: String
        let sha256: String
        let parameters: Int
        let multiplyAdds: Int?
        let input: String

        var fields: [String: Any] {
            object([
                "file": file, "sha256": sha256, "parameters": parameters,
                "multiply_adds": multiplyAdds, "input": input,
            ])
        }
    }

    private let profile: Profile
    private let estimator: Model
    private let primary: Model?

    /// Loads the profile's models for what they declare.
    init(_ profile: Profile) throws {
        self.profile = profile
        estimator = try Self.estimator(profile.estimator)
        primary = try profile.primary.map { primary in
            try Self.model(primary.file) { _ in
                "\(primary.sight), \(primary.pixels.color.rawValue)"
            }
        }
    }

    private var levels: [(name: String, value: Float)] {
        let turned = profile.turnedLevel > 0 ? profile.turnedLevel : nil
        return [("region", profile.regionLevel), ("parts", profile.partsLevel), ("turned", turned)]
            .compactMap { name, value in value.map { (name, $0) } }
            .sorted { $0.value < $1.value }
    }

    private var labels: [String] { profile.primary?.labels ?? [] }

    private var groups: [ClassGroup] { profile.primary?.groups ?? [] }

    private static func estimator(_ spec: EstimatorSpec) throws -> Model {
        try model(spec.file) { session in
            let fit = spec.fit.rawValue
            let shape = session.inputs.first?.shape ?? []
            let sides = spec.pixels.layout == .nchw ? shape.dropFirst(2) : shape.dropFirst()
            let (height, width) = (sides.first ?? -1, sides.dropFirst().first ?? -1)
            return width > 0 && height > 0
                ? "\(spec.fit == .letterbox ? fit : "stretch") to \(width)x\(height)"
                : "\(fit) of at most \(spec.area) pixels, sides multiples of \(spec.multiple)"
        }
    }

    private static func model(
        _ file: ModelReference, input: (OnnxSession) -> String
    ) throws -> Model {
        let session = try OnnxSession(file, precision: .float)
        return Model(
            file: file.path, sha256: session.sha256, parameters: session.parameters,
            multiplyAdds: session.multiplyAdds, input: input(session))
    }

    /// The card for programs.
    var json: String {
        get throws {
            let levels = levels.map { ($0.name, number(Double($0.value), 6)) }
            let groups = groups.map { ($0.name, $0.ids.sorted()) }
            return try prettyJSON([
                "name": profile.name, "description": profile.description,
                "license": profile.license, "folder": profile.folder, "sha256": profile.sha256,
                "estimator": estimator.fields, "primary": primary?.fields,
                "parameters": estimator.parameters, "multiply_adds": estimator.multiplyAdds,
                "input": estimator.input, "levels": Dictionary(uniqueKeysWithValues: levels),
                "labels": labels, "groups": Dictionary(groups) { first, _ in first },
            ])
        }
    }

    /// The card for people.
    var text: String {
        var lines = [
            "\(profile.name): \(profile.description)", "  license    \(profile.license)",
            "  folder     \(profile.folder)",
        ]
        lines += Self.lines("estimator", estimator)
        if let primary { lines += Self.lines("primary", primary) }
        let levels = levels.map { "\($0.name) \($0.value)" }
        lines.append("  levels     \(levels.joined(separator: ", "))")
        if !labels.isEmpty { lines.append("  labels     \(Self.list(labels))") }
        let groups = groups.map(\.name).sorted()
        if !groups.isEmpty { lines.append("  groups     \(Self.list(groups))") }
        return lines.joined(separator: "\n")
    }

    /// All names, or of many the first and how many there are.
    private static func list(_ names: [String]) -> String {
        guard names.count > 20 else { return names.joined(separator: ", ") }
        return "\(names.prefix(5).joined(separator: ", ")) and \(names.count - 5) more"
    }

    private static func lines(_ kind: String, _ model: Model) -> [String] {
        let parameters = "\(model.parameters) parameters"
        let cost = model.multiplyAdds.map { "\(decimals(Double($0) / 1e6, 1)) M multiply-adds" }
        return [
            "  \(kind.padding(toLength: 10, withPad: " ", startingAt: 0)) \(model.input)",
            "             \(parameters), \(cost ?? "cost unknown"), sha256 \(model.sha256.prefix(12))…",
        ]
    }
}

extension PrimarySpec {
    /// What the primary model is shown of a subject, for people.
    var sight: String {
        guard let vit else { return "\(width)x\(height)" }
        let kept = vit.touch > 0 ? "over \(decimals(Double(100 * vit.touch), 0)) %" : "any part"
        let size = "\(vit.patch)x\(vit.patch)"
        return "\(width)x\(height) in patches of \(size), seen where \(kept) is kept"
    }
}
