import MaskStream

/// A device that models can run on.
public struct InferenceDevice: Hashable, Sendable, CustomStringConvertible {
    /// The name that `--device` takes.
    public let name: String

    /// The processor, through ONNX Runtime's own kernels; always there.
    public static let cpu = InferenceDevice(name: "cpu")

    /// The devices of this machine, the best first.
    public static func available() -> [InferenceDevice] { [.cpu] }

    /// The device that a `--device` value means; `auto` is the best one there is.
    ///
    /// - Throws: `MaskStreamError` `unavailable` for a device that this machine does not have.
    public static func named(_ name: String) throws -> InferenceDevice {
        let devices = available()
        if name == "auto" { return devices.first ?? .cpu }
        guard let device = devices.first(where: { $0.name == name }) else {
            let names = (["auto"] + devices.map(\.name)).joined(separator: ", ")
            throw MaskStreamError(
                .unavailable, "there is no inference device '\(name)'",
                hint: "use --device with one of: \(names)")
        }
        return device
    }

    /// What is said about it once per run, as `cpu, 1 thread`.
    public func announcement(threads: Int) -> String {
        "\(name), \(threads) thread\(threads == 1 ? "" : "s")"
    }

    /// The name.
    public var description: String { name }
}
