import Foundation
import MaskStream
import MaskStreamOnnx

/// What `profiles show` prints.
struct ProfileCard: Encodable {
    /// A model of the profile.
    struct Model: Encodable {
        let file: String
        let sha256: String
        let parameters: Int
        @Nullable var multiplyAdds: Int?
        let input: String
    }

    let name: String
    let description: String
    let license: String
    let folder: String
    let sha256: String
    let estimator: Model
    @Nullable var primary: Model?
    let parameters: Int
    @Nullable var multiplyAdds: Int?
    let input: String
    let levels: [String: Float]
    let labels: [String]
    let groups: [String: [Int]]

    /// Loads the profile's models for what they declare.
    init(_ profile: Profile) throws {
        name = profile.name
        description = profile.description
        license = profile.license
        folder = profile.folder
        sha256 = profile.sha256
        estimator = try Self.estimator(profile.estimator)
        input = estimator.input
        parameters = estimator.parameters
        multiplyAdds = estimator.multiplyAdds
        primary = try profile.primary.map { primary in
            try Self.model(primary.file) { _ in
                "\(primary.width)x\(primary.height) \(primary.pixels.color.rawValue)"
            }
        }
        var levels = ["region": profile.regionLevel]
        levels["parts"] = profile.partsLevel
        if profile.turnedLevel > 0 { levels["turned"] = profile.turnedLevel }
        self.levels = levels
        labels = profile.primary?.labels ?? []
        groups = Dictionary(
            (profile.primary?.groups ?? []).map { ($0.name, $0.ids.sorted()) },
            uniquingKeysWith: { first, _ in first })
    }

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
        let session = try OnnxSession(path: file.path, expectedSHA256: file.sha256)
        return Model(
            file: file.path, sha256: session.sha256, parameters: session.parameters,
            multiplyAdds: Nullable(wrappedValue: session.multiplyAdds), input: input(session))
    }

    /// The card for programs.
    var json: String {
        get throws {
            return String(decoding: try prettyJSON(self), as: UTF8.self)
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
        if !labels.isEmpty { lines.append("  labels     \(Self.list(labels))") }
        if !groups.isEmpty { lines.append("  groups     \(Self.list(groups.keys.sorted()))") }
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
