import ArgumentParser
import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// `maskstream devices`: what there is to read frames from and to run models on.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "List cameras, virtual cameras and inference devices.",
        discussion: """
            A camera is opened in its usual mode unless --size, --rate or --pix-fmt ask for \
            another: at least 24 frames per second, up to 1280x720, not compressed if it can be \
            had.
            """)

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let runtime = try? OnnxRuntime.shared()
        let devices = DeviceReport(
            list: CameraList(), runtime: runtime, plugins: runtime == nil ? [] : DeviceSurvey.all())
        try json ? Console.outputJSON(devices.json) : Console.output(devices.text)
    }
}

/// The devices of a machine as text and as JSON.
struct DeviceReport {
    let list: CameraList
    /// The library that runs models; nil where there is none.
    let runtime: OnnxRuntime?
    /// What there is beside the processor.
    let plugins: [DeviceSurvey]

    /// What people read.
    var text: String { (cameraLines + outputLines + inferenceLines).joined(separator: "\n") }

    private var cameraLines: [String] {
        var lines = list.cameras.isEmpty ? ["no cameras found"] : ["cameras"]
        for camera in list.cameras {
            lines.append("  \(camera.path)  \(camera.name) (\(camera.driver))")
            for (formats, sizes) in camera.offers { lines.append("    \(formats): \(sizes)") }
            let unusable = camera.formats(usable: false)
            if !unusable.isEmpty {
                lines.append("    not usable: \(unusable.joined(separator: ", "))")
            }
            let usual = camera.usualMode.map(\.description)
            lines.append("    usual mode: \(usual ?? "the driver's")")
        }
        for path in list.forbidden { lines.append("  \(path)  not permitted") }
        guard list.cameras.isEmpty else { return lines }
        lines.append(
            list.forbidden.isEmpty
                ? "  a camera shows up as /dev/videoN when it is plugged in"
                : "  you may not open them; once and for all: sudo usermod -aG video $USER, "
                    + "then log in again")
        return lines
    }

    private var outputLines: [String] {
        guard !list.outputs.isEmpty else {
            return [
                "no virtual cameras found",
                "  to make one: sudo modprobe v4l2loopback exclusive_caps=1 card_label=maskstream",
            ]
        }
        return ["virtual cameras, to write to"] + list.outputs.map { "  \($0.path)  \($0.name)" }
    }

    private var inferenceLines: [String] {
        let library = runtime.map { "ONNX Runtime \($0.version) (\($0.library))" }
        guard let library else {
            return ["no inference devices: ONNX Runtime is missing; see maskstream doctor"]
        }
        return ["inference devices", "  \(InferenceDevice.cpu)  \(library)"]
            + plugins.flatMap { plugin -> [String] in
                if let device = plugin.device {
                    return ["  \(device)  \(device.hardware ?? "") (\(plugin.file ?? ""))"]
                }
                return ["  \(plugin.name)  not usable: \(plugin.problem?.message ?? "")"]
                    + (plugin.problem?.hint.map { ["    \($0)"] } ?? [])
            }
    }
}

extension DeviceReport {
    /// What programs read: sorted keys, rates as numbers, the fastest first.
    var json: String {
        get throws {
            let inference = runtime.map { runtime in
                [object(fields(InferenceDevice.cpu, runtime, plugin: nil))]
                    + plugins.compactMap { plugin in
                        plugin.device.map { object(fields($0, runtime, plugin: plugin.file)) }
                    }
            }
            let missing = plugins.filter { $0.device == nil }.map {
                object([
                    "name": $0.name, "problem": $0.problem?.message, "hint": $0.problem?.hint,
                    "installed": $0.isInstalled,
                ])
            }
            return try prettyJSON([
                "cameras": list.cameras.map(fields),
                "virtual_cameras": list.outputs.map { ["path": $0.path, "name": $0.name] },
                "not_permitted": list.forbidden, "inference": inference ?? [],
                "not_usable": missing,
            ])
        }
    }

    private func fields(
        _ device: InferenceDevice, _ runtime: OnnxRuntime, plugin: String?
    ) -> [String: Any?] {
        [
            "name": device.name, "runtime": "onnxruntime", "version": runtime.version,
            "library": runtime.library, "plugin": plugin, "hardware": device.hardware,
        ]
    }

    private func fields(_ camera: Camera) -> [String: Any] {
        object([
            "path": camera.path, "name": camera.name, "driver": camera.driver,
            "modes": camera.modes.map(fields), "usual": camera.usualMode.map(fields),
        ])
    }

    /// A mode; with `is_range`, any rate between the two in `rates` can be had.
    private func fields(_ mode: CameraMode) -> [String: Any] {
        let (rates, isRange) =
            switch mode.rates {
            case .listed(let rates): (rates.map(\.value), false)
            case .between(let slowest, let fastest): ([fastest.value, slowest.value], true)
            }
        return [
            "pix_fmt": mode.pixelFormat, "width": mode.width, "height": mode.height,
            "rates": rates, "is_range": isRange,
        ]
    }
}

extension Camera {
    /// The names of its formats in the driver's order.
    fileprivate func formats(usable: Bool) -> [String] {
        var names: [String] = []
        for mode in modes where mode.isUsable == usable && !names.contains(mode.pixelFormat) {
            names.append(mode.pixelFormat)
        }
        return names
    }

    /// Formats and what they are offered in; those that are offered in the same go together.
    fileprivate var offers: [(formats: String, sizes: String)] {
        var offers: [(formats: String, sizes: String)] = []
        for format in formats(usable: true) {
            let sizes = sizes(format)
            if let index = offers.firstIndex(where: { $0.sizes == sizes }) {
                offers[index].formats += ", \(format)"
            } else {
                offers.append((format, sizes))
            }
        }
        return offers
    }

    /// Sizes and fastest rates of one format in words.
    fileprivate func sizes(_ format: String) -> String {
        let range = ranges.first { $0.pixelFormat == format }.map {
            "any from \($0.widths.lowerBound)x\($0.heights.lowerBound) "
                + "to \($0.widths.upperBound)x\($0.heights.upperBound), as "
        }
        let sizes = modes.filter { $0.pixelFormat == format }.map { mode in
            mode.size + (mode.rates.fastest.map { " at \(CameraRates.listed([$0]))" } ?? "")
        }
        return (range ?? "") + sizes.joined(separator: ", ")
    }
}
