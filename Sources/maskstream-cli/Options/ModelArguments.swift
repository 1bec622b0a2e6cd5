import ArgumentParser
import MaskStreamOnnx

/// The options that say where the models run.
struct ModelArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the models run: auto or cpu.", valueName: "name"),
        completion: .list(["auto", "cpu"]))
    var device = "auto"

    @Option(help: ArgumentHelp("Threads of one inference, 1 or more.", valueName: "n"))
    var threads: Count?
}

extension ModelSessions {
    /// ModelSessions as the options say.
    ///
    /// - Throws: `MaskStreamError` `unavailable` for a device that this machine does not have.
    convenience init(_ arguments: ModelArguments) throws {
        self.init(
            device: try InferenceDevice.named(arguments.device),
            threads: arguments.threads?.value ?? 1)
    }
}
