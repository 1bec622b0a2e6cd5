import MaskStream
import MaskStreamOnnx
import MaskStreamReports

extension PrimarySpec {
    /// The primary at its own size and at the sizes asked for, all of one session.
    ///
    /// - Throws: `MaskStreamError` with code `usage` for sizes that the model does not take.
    func views(
        _ session: OnnxSession, sizes: [Int]
    ) throws -> [ComparisonStage<OnnxClassifier>.View] {
        var views = [try view(session)]
        guard !sizes.isEmpty else { return views }
        let input = session.inputs.first
        let sides = input?.shape.dropFirst(pixels.layout == .nchw ? 2 : 1).prefix(2) ?? []
        guard sides.allSatisfy({ $0 < 0 }) else {
            let found = input.map { "\($0)" } ?? "none"
            throw MaskStreamError(
                .usage,
                "--sizes: the primary's input has one size, \(found) (\(file.path))",
                hint: "leave --sizes out, or export the model with height and width left open")
        }
        for size in sizes {
            var spec = self
            spec.height = max(1, (size * height + width / 2) / width)
            spec.width = size
            do {
                views.append(try spec.view(session, size: size))
            } catch let error as MaskStreamError where error.code == .configuration {
                throw MaskStreamError(
                    .usage, "--sizes: the primary does not run at \(size): \(error.message)",
                    hint: "leave this size out", underlying: error)
            }
        }
        return views
    }

    private func view(
        _ session: OnnxSession, size: Int? = nil
    ) throws -> ComparisonStage<OnnxClassifier>.View {
        var whole = self
        whole.margin = 0
        return ComparisonStage.View(
            size: size,
            whole: try OnnxClassifier(
                spec: whole, session: session, stretches: true, seesAll: true),
            box: try OnnxClassifier(spec: self, session: session, seesAll: true),
            dropped: vit == nil ? nil : try OnnxClassifier(spec: self, session: session))
    }
}
