internal import COnnxRuntime
import Foundation
import MaskStream

/// The devices of the plugins that this process has opened; a plugin is opened once, when it is asked
/// for, and stays.
enum PluginDevices {
    /// A device as the plugin offers it.
    struct Offer: Sendable {
        // The library's own, until the process ends.
        nonisolated(unsafe) let handle: OpaquePointer
        /// What it is, as `NVIDIA 2330`.
        let hardware: String
        /// Whether it is the processor that plays a GPU.
        let isSoftware: Bool
        /// The plugin's file.
        let file: String
    }

    /// The files of the plugins that are open.
    private static let opened = Confined<[String: String]>([:], label: "maskstream.plugins")

    /// The device of a plugin.
    ///
    /// Calls `OrtApi.RegisterExecutionProviderLibrary` and `GetEpDevices`.
    ///
    /// - Throws: `MaskStreamError` `unavailable` where the plugin is not installed, does not work, or
    ///   offers nothing of its kind.
    static func offer(_ plugin: Plugin) throws -> Offer {
        let runtime = try OnnxRuntime.shared()
        return try opened.sync { opened in
            // Two devices may be of one plugin.
            let file = try opened[plugin.package] ?? register(plugin, runtime)
            opened[plugin.package] = file
            return try find(plugin, file, runtime)
        }
    }

    /// Has a session run on a plugin's device, and nowhere else.
    ///
    /// Calls `OrtApi.SessionOptionsAppendExecutionProvider_V2`.
    static func use(
        _ plugin: Plugin, in options: OpaquePointer, of runtime: OnnxRuntime
    ) throws {
        let device: OpaquePointer? = try offer(plugin).handle
        guard let api = runtime.plugins?.pointee else { throw plugin.notInstalled }
        let words = plugin.options.sorted { $0.key < $1.key }.map {
            (strdup($0.key), strdup($0.value))
        }
        defer {
            words.forEach {
                free($0.0); free($0.1)
            }
        }
        let (keys, values) = (words.map { UnsafePointer($0.0) }, words.map { UnsafePointer($0.1) })
        try withUnsafePointer(to: device) { device in
            try runtime.check(
                api.SessionOptionsAppendExecutionProvider_V2(
                    options, runtime.environment, device, 1, keys, values, words.count), "load")
        }
        for (key, value) in [
            // Parts that only the processor can do would be slow and go unnoticed.
            ("session.disable_cpu_ep_fallback", "1"),
            // Transposes the wrong way for WebGPU: [1, 41] times [41, 7] fails.
            ("optimization.disable_specified_optimizers", "GemmTransposeFusion"),
        ] {
            try runtime.check(
                runtime.api.pointee.AddSessionConfigEntry(options, key, value), "load")
        }
    }

    private static func register(_ plugin: Plugin, _ runtime: OnnxRuntime) throws -> String {
        let source = PluginFile(plugin: plugin)
        guard let file = source.find(library: runtime.library) else { throw plugin.notInstalled }
        guard let api = runtime.plugins else {
            throw plugin.unusable(
                "ONNX Runtime \(runtime.version) is older than 1.\(MS_ORT_OLDEST_MINOR_WITH_PLUGINS)",
                runtime.library)
        }
        try source.open(file)
        do {
            try runtime.check(
                api.pointee.RegisterExecutionProviderLibrary(
                    runtime.environment, "maskstream-\(plugin.package)", file), "register")
        } catch let error as OnnxError {
            throw plugin.unusable(error.message, file)
        }
        return file
    }

    private static func find(
        _ plugin: Plugin, _ file: String, _ runtime: OnnxRuntime
    ) throws -> Offer {
        guard let api = runtime.plugins?.pointee else { throw plugin.notInstalled }
        var list: UnsafePointer<OpaquePointer?>?
        var count = 0
        try runtime.check(api.GetEpDevices(runtime.environment, &list, &count), "list")
        let offers = (0..<count).compactMap { index -> (Int32, Offer)? in
            guard let handle = list?[index], let device = api.EpDevice_Device(handle),
                api.EpDevice_EpName(handle).map({ String(cString: $0) }) == plugin.provider
            else { return nil }
            let kind = api.HardwareDevice_Type(device)
            let isSoftware = Plugin.Hardware(rawValue: kind) == nil
            let vendor = api.HardwareDevice_Vendor(device).map { String(cString: $0) } ?? ""
            let id = String(api.HardwareDevice_DeviceId(device), radix: 16)
            let offer = Offer(
                handle: handle, hardware: isSoftware ? "a software adapter" : "\(vendor) \(id)",
                isSoftware: isSoftware, file: file)
            return (kind, offer)
        }
        // WebGPU offers a software adapter only where a variable allows it, as tests do.
        let found =
            offers.first { $0.0 == plugin.hardware.rawValue }
            ?? (plugin.name == "webgpu" ? offers.first { $0.1.isSoftware } : nil)
        guard let found else { throw plugin.noHardware }
        return found.1
    }
}

extension OnnxRuntime {
    /// The calls for plugins; nil where the library has none.
    var plugins: UnsafePointer<OrtPluginApi>? {
        let minor = version.split(separator: ".").dropFirst().first.flatMap { Int($0) } ?? 0
        return minor >= MS_ORT_OLDEST_MINOR_WITH_PLUGINS ? ms_ort_plugin_api(api) : nil
    }
}
