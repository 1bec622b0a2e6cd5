import MaskStream
import MaskStreamOnnx

extension Profile {
    /// The estimator, bound to pictures of a format.
    func estimator(
        format: FrameFormat, threads: Int, device: InferenceDevice
    ) throws -> OnnxEstimator {
        let session = try OnnxSession(
            path: estimator.file.path, expectedSHA256: estimator.file.sha256, threads: threads,
            device: device)
        return try OnnxEstimator(spec: estimator, session: session, format: format)
    }
}

extension PrimarySpec {
    /// The primary model's session.
    func session(threads: Int, device: InferenceDevice) throws -> OnnxSession {
        try OnnxSession(
            path: file.path, expectedSHA256: file.sha256, threads: threads, device: device)
    }
}
