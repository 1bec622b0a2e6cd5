import ArgumentParser
import MaskStreamOnnx

/// The options that say where the models run.
struct ModelArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the models run: cpu, or, with its plugin installed, \(InferenceDevice.plugins); "
                + "auto is the first that is installed and finds a GPU or an NPU, else cpu.",
            valueName: "name"),
        completion: .list(InferenceDevice.names))
    var device = "auto"

    @Option(help: ArgumentHelp("Threads of one inference, 1 or more.", valueName: "n"))
    var threads: Count?
}

extension ModelSessions {
    /// Models that run as the options say.
    ///
    /// - Throws: `MaskStreamError` `unavailable` for a device that this machine does not have.
    convenience init(_ arguments: ModelArguments) throws {
        self.init(
            try DeviceChoice(named: arguments.device), threads: arguments.threads?.value ?? 1)
    }
}
