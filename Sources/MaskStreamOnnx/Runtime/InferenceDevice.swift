import Foundation
import MaskStream

/// A device that models can run on.
public struct InferenceDevice: Hashable, Sendable, CustomStringConvertible {
    /// The name that `--device` takes.
    public let name: String
    /// What the hardware is, as `NVIDIA 2330`; nil for the processor.
    public let hardware: String?
    /// The plugin that runs models there; nil for the processor.
    let plugin: Plugin?

    /// The processor, through ONNX Runtime's own kernels; always there.
    public static let cpu = InferenceDevice(name: "cpu", hardware: nil, plugin: nil)

    /// Those of them that need a plugin, in words.
    public static let plugins = names.dropFirst(2).joined(separator: ", ")

    private init(name: String, hardware: String?, plugin: Plugin?) {
        (self.name, self.hardware, self.plugin) = (name, hardware, plugin)
    }

    /// What a plugin offers.
    init(_ plugin: Plugin, _ offer: PluginDevices.Offer) {
        self.init(name: plugin.name, hardware: offer.hardware, plugin: plugin)
    }

    /// The names that `--device` takes.
    public static let names = ["auto", "cpu"] + Plugin.all.map(\.name)

    /// The device of a name other than `auto`.
    ///
    /// - Throws: `MaskStreamError` `unavailable` for a device that this machine does not have.
    public static func named(_ name: String) throws -> InferenceDevice {
        if name == cpu.name { return cpu }
        guard let plugin = Plugin.all.first(where: { $0.name == name }) else {
            throw MaskStreamError(
                .unavailable, "there is no inference device '\(name)'",
                hint: "use --device with one of: \(names.joined(separator: ", "))")
        }
        return InferenceDevice(plugin, try PluginDevices.offer(plugin))
    }

    /// What is said about it once per run, as `cpu, 1 thread`.
    public func announcement(threads: Int) -> String {
        plugin == nil ? "\(name), \(threads) thread\(threads == 1 ? "" : "s")" : name
    }

    /// The name.
    public var description: String { name }
}

extension InferenceDevice {
    private static let turn = NSLock()

    /// Does what sessions of this device must not do at the same time.
    func exclusively<R>(_ body: () throws -> R) rethrows -> R {
        plugin?.takesTurns == true ? try Self.turn.withLock(body) : try body()
    }

    /// The error of a model that fails here before it was seen to work.
    func cannotRun(_ model: String, _ reason: String) -> MaskStreamError {
        MaskStreamError(
            .unavailable, "device \(name) cannot run the model: \(reason) (\(model))",
            hint: "use --device cpu")
    }
}
