import MaskStream
import MaskStreamOnnx
import MaskStreamReports

extension PrimarySpec {
    /// A classifier at its own size and at the sizes asked for, all of one session.
    ///
    /// - Throws: `MaskStreamError` with code `usage` for sizes that the model does not take.
    func views(
        _ session: OnnxSession, sizes: [Int]
    ) throws -> [ComparisonStage<OnnxClassifier>.View] {
        try atSizes(sizes, session) { spec, size in
            var whole = spec
            whole.margin = 0
            return ComparisonStage.View(
                size: size,
                whole: try OnnxClassifier(
                    spec: whole, session: session, stretches: true, seesAll: true),
                box: try OnnxClassifier(spec: spec, session: session, seesAll: true),
                dropped: vit == nil ? nil : try OnnxClassifier(spec: spec, session: session))
        }
    }

    /// A detector at its own size and at the sizes asked for, all of one session.
    ///
    /// - Throws: `MaskStreamError` with code `usage` for sizes that the model does not take.
    func detectorViews(
        _ session: OnnxSession, sizes: [Int]
    ) throws -> [DetectionComparisonStage.View] {
        try atSizes(sizes, session) { spec, size in
            DetectionComparisonStage.View(
                size: size, width: spec.width, height: spec.height,
                windows: try WindowDetector(spec: spec, session: session),
                canvas: try OnnxDetector(spec: spec, session: session))
        }
    }

    /// What is made of the primary at its own size, and at each of the sizes.
    private func atSizes<View>(
        _ sizes: [Int], _ session: OnnxSession, _ view: (PrimarySpec, Int?) throws -> View
    ) throws -> [View] {
        let own = try view(self, nil)
        guard !sizes.isEmpty else { return [own] }
        let input = session.inputs.first
        let sides = input?.shape.dropFirst(pixels.layout == .nchw ? 2 : 1).prefix(2) ?? []
        guard sides.allSatisfy({ $0 < 0 }) else {
            let found = input.map { "\($0)" } ?? "none"
            throw MaskStreamError(
                .usage,
                "--sizes: the primary's input has one size, \(found) (\(file.path))",
                hint: "leave --sizes out, or export the model with height and width left open")
        }
        return try [own]
            + sizes.map { size in
                var spec = self
                spec.height = max(1, (size * height + width / 2) / width)
                spec.width = size
                do {
                    return try view(spec, size)
                } catch let error as MaskStreamError where error.code == .configuration {
                    throw MaskStreamError(
                        .usage, "--sizes: the primary does not run at \(size): \(error.message)",
                        hint: "leave this size out", underlying: error)
                }
            }
    }
}
