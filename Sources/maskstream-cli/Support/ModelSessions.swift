import MaskStream
import MaskStreamOnnx

/// The models of one process: each is loaded once, however many inputs use it.
final class ModelSessions: Sendable {
    private struct State {
        var choice: DeviceChoice
        /// By what the manifest says of the file: another profile's may have come to its place.
        var loaded: [ModelReference: OnnxSession] = [:]
    }

    private let threads: Int
    private let state: Confined<State>

    /// Models that run on a device, each run on so many threads.
    init(_ choice: DeviceChoice, threads: Int) {
        self.threads = threads
        state = Confined(State(choice: choice), label: "maskstream.sessions")
    }

    /// Where the models run, and why.
    var choice: DeviceChoice { state.sync { $0.choice } }

    /// Where a profile's models run, in words, as `cpu, 1 thread, int8`.
    func announcement(of profile: Profile) -> String {
        let device = choice.device
        let isInt8 = profile.models.contains { $0.runsInt8(on: device) }
        return device.announcement(threads: threads)
            + (isInt8 ? ", \(Precision.int8.rawValue)" : "")
    }

    /// Has all models run on the processor from now on.
    func useProcessor(because error: MaskStreamError) {
        state.sync {
            $0.choice.replace(because: error)
            $0.loaded = [:]
        }
    }

    /// The session of a model's file; with `opensBatch` one that runs on a single image whatever
    /// batch the file declares.
    func session(_ file: ModelReference, opensBatch: Bool = false) throws -> OnnxSession {
        try state.sync { state in
            if let known = state.loaded[file] { return known }
            let session = try OnnxSession(
                file, threads: threads, device: state.choice.device, opensBatch: opensBatch)
            state.loaded[file] = session
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
