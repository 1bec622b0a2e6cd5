public import MaskStream

extension PrimarySpec {
    /// The model that the profile describes.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` when the model's tensors are not what
    ///   the profile says.
    public func model(_ session: OnnxSession) throws -> any PrimaryModel<Prediction> {
        if detector != nil { return try OnnxDetector(spec: self, session: session) }
        return try OnnxClassifier(spec: self, session: session)
    }
}
