public import MaskStream

/// The device that a `--device` value means, and why.
public struct DeviceChoice: Sendable {
    /// Where models run.
    public private(set) var device: InferenceDevice
    /// Why it is this one; nil where it is the processor and nothing else was there to choose.
    public private(set) var reason: String?
    /// Whether the processor stands in for a device that was chosen and does not work.
    public private(set) var isReplaced = false
    /// Whether nobody asked for this device, so that the processor may stand in for it.
    public let isAutomatic: Bool

    /// Models on the processor.
    public static let cpu = DeviceChoice(device: .cpu, reason: nil, isAutomatic: false)

    private init(device: InferenceDevice, reason: String?, isAutomatic: Bool) {
        (self.device, self.reason, self.isAutomatic) = (device, reason, isAutomatic)
    }

    /// The device of a name; for `auto` the first installed plugin's that offers a GPU or an NPU, else
    /// the processor.
    ///
    /// Nothing is timed, and no software adapter is taken: the same machine chooses the same device.
    ///
    /// - Throws: `MaskStreamError` `unavailable` for a device that this machine does not have.
    public init(named name: String) throws {
        guard name == "auto" else {
            let device = try InferenceDevice.named(name)
            self.init(
                device: device, reason: device == .cpu ? nil : "asked for", isAutomatic: false)
            return
        }
        // One after another: a plugin that is not needed stays closed.
        self.init(firstOf: Plugin.all.lazy.map { DeviceSurvey($0) })
    }

    /// The choice among what is found.
    init(firstOf found: some Sequence<DeviceSurvey>) {
        var problem: MaskStreamError?
        for survey in found where survey.isInstalled {
            if let device = survey.device, !survey.isSoftware {
                self.init(
                    device: device, reason: "the first plugin installed that finds a GPU or an NPU",
                    isAutomatic: true)
                return
            }
            problem = problem ?? survey.problem
        }
        self.init(device: .cpu, reason: problem?.message, isAutomatic: true)
    }

    /// Takes the processor in place of a device that nobody asked for.
    public mutating func replace(because error: MaskStreamError) {
        (device, reason, isReplaced) = (.cpu, error.message, true)
    }
}

/// What this machine has of a plugin's device.
public struct DeviceSurvey: Sendable {
    /// The name that `--device` takes.
    public let name: String
    /// Whether the plugin's file is there.
    public let isInstalled: Bool
    /// The plugin's file, where it could be opened.
    public let file: String?
    /// The device; nil where it cannot be used.
    public let device: InferenceDevice?
    /// Whether the processor plays the device.
    public let isSoftware: Bool
    /// Why it cannot be used, and what to do about it; nil where it can.
    public let problem: MaskStreamError?
    /// The command that installs the plugin in a checkout.
    public let setup: String

    /// Opens the plugins that are installed and asks them what they offer.
    public static func all() -> [DeviceSurvey] { Plugin.all.map { DeviceSurvey($0) } }

    fileprivate init(_ plugin: Plugin) {
        // Without the library there is nothing to find a plugin beside.
        let library = (try? OnnxRuntime.shared())?.library ?? ""
        let isInstalled = PluginFile(plugin: plugin).find(library: library) != nil
        do {
            let offer = try PluginDevices.offer(plugin)
            self.init(
                name: plugin.name, isInstalled: isInstalled, file: offer.file,
                device: InferenceDevice(plugin, offer), isSoftware: offer.isSoftware, problem: nil,
                setup: plugin.setup)
        } catch {
            self.init(
                name: plugin.name, isInstalled: isInstalled, file: nil, device: nil,
                isSoftware: false,
                problem: error as? MaskStreamError ?? plugin.unusable("\(error)", plugin.file),
                setup: plugin.setup)
        }
    }

    init(
        name: String, isInstalled: Bool, file: String?, device: InferenceDevice?,
        isSoftware: Bool, problem: MaskStreamError?, setup: String
    ) {
        (self.name, self.isInstalled, self.file) = (name, isInstalled, file)
        (self.device, self.isSoftware) = (device, isSoftware)
        (self.problem, self.setup) = (problem, setup)
    }
}
