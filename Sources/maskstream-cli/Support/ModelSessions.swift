import MaskStream
import MaskStreamOnnx

/// The models of one process: each is loaded once, however many inputs use it.
final class ModelSessions: Sendable {
    private let device: InferenceDevice
    private let threads: Int
    private let loaded = Confined<[String: OnnxSession]>([:], label: "maskstream.sessions")

    /// ModelSessions that run on a device, each run on so many threads.
    init(device: InferenceDevice, threads: Int) {
        self.device = device
        self.threads = threads
    }

    /// Where the models run, in words.
    var announcement: String { device.announcement(threads: threads) }

    /// The session of a model's file; with `opensBatch` one that runs on a single image whatever
    /// batch the file declares.
    func session(_ file: ModelReference, opensBatch: Bool = false) throws -> OnnxSession {
        try loaded.sync { loaded in
            if let known = loaded[file.path] { return known }
            let session = try OnnxSession(
                path: file.path, expectedSHA256: file.sha256, threads: threads, device: device,
                opensBatch: opensBatch)
            loaded[file.path] = session
            return session
        }
    }

    /// The session of an estimator.
    func session(of estimator: EstimatorSpec) throws -> OnnxSession {
        try session(estimator.file, opensBatch: estimator.detector != nil)
    }

    /// The session of a primary model.
    func session(of primary: PrimarySpec) throws -> OnnxSession {
        try session(primary.file, opensBatch: primary.detector != nil)
    }
}
