import MaskStream

/// A device that a plugin of ONNX Runtime runs models on.
///
/// The plugins are other projects' files; installing one is what allows `--device auto` to use it.
struct Plugin: Hashable, Sendable {
    /// The kinds of hardware, numbered as ONNX Runtime does (`OrtHardwareDeviceType`).
    enum Hardware: Int32 {
        case gpu = 1
        case npu = 2

        var text: String { self == .gpu ? "GPU" : "NPU" }
    }

    /// The name that `--device` takes.
    let name: String
    /// The folder of the plugin's files, which `Scripts/setup --gpu=NAME` makes.
    let package: String
    let file: String
    /// The name by which the plugin offers its devices.
    let provider: String
    let hardware: Hardware
    /// What the plugin is told; it ignores what it does not know.
    let options: [String: String]
    /// What to do where there is no hardware that it can use.
    let driverHint: String
    /// Libraries that it opens while it runs, by their names alone.
    var companions: [String] = []
    /// Whether sessions wait for each other: two at once end the process (onnxruntime 32561).
    var takesTurns = false

    /// The variable that names the plugin's file and ends the search.
    var variable: String { "MASKSTREAM_\(package.uppercased())" }

    var setup: String {
        package == "webgpu" ? "Scripts/setup --gpu" : "Scripts/setup --gpu=\(package)"
    }

    /// All of them, in the order in which `--device auto` looks for one.
    static let all = [
        Plugin(
            name: "cuda", package: "cuda", file: "libonnxruntime_providers_cuda.so",
            provider: "CUDAExecutionProvider", hardware: .gpu,
            // Full float32, and the same algorithms in every run.
            options: ["use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"],
            driverHint: "install NVIDIA's driver; check with nvidia-smi",
            companions: ["libcudnn.so.9"]),
        Plugin(
            name: "webgpu", package: "webgpu", file: "libonnxruntime_providers_webgpu.so",
            provider: "WebGpuExecutionProvider", hardware: .gpu, options: [:],
            driverHint: "install the card's Vulkan driver (mesa-vulkan-drivers, or NVIDIA's); "
                + "check with vulkaninfo --summary",
            takesTurns: true),
        openVINO(.gpu, driverHint: "install Intel's driver (intel-opencl-icd); check with clinfo"),
        openVINO(
            .npu, driverHint: "install Intel's NPU driver; check that /dev/accel/accel0 exists"),
    ]

    private static func openVINO(_ hardware: Hardware, driverHint: String) -> Plugin {
        Plugin(
            name: "openvino-\(hardware.text.lowercased())", package: "openvino",
            file: "libonnxruntime_providers_openvino_plugin.so",
            provider: "OpenVINOExecutionProvider", hardware: hardware,
            // Its own choice would be 16 bits.
            options: [
                "load_config": #"{"\#(hardware.text)":{"INFERENCE_PRECISION_HINT":"f32"}}"#
            ], driverHint: driverHint)
    }

    /// The error where the plugin is not installed.
    var notInstalled: MaskStreamError {
        MaskStreamError(
            .unavailable, "device \(name) is not installed",
            hint: "run \(setup) in a checkout, or name the plugin's file in \(variable)")
    }

    /// The error where there is nothing that the plugin can use.
    var noHardware: MaskStreamError {
        MaskStreamError(
            .unavailable, "there is no \(hardware.text) that \(name) can use", hint: driverHint)
    }

    /// The error where a library that it needs is missing.
    func missing(_ library: String) -> MaskStreamError {
        // Comes with the driver, never with a package of ours.
        let isDriver = library == "libcuda.so.1"
        return MaskStreamError(
            .unavailable, "device \(name): \(library) is missing",
            hint: isDriver ? "install NVIDIA's driver" : "run \(setup)")
    }

    /// The error where it is there and does not work.
    func unusable(_ reason: String, _ place: String) -> MaskStreamError {
        MaskStreamError(
            .unavailable, "device \(name) cannot be used: \(reason) (\(place))",
            hint: "use --device cpu, or install the plugin again: \(setup)")
    }
}
