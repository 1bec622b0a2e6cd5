import Foundation
import MaskStreamTestSupport
import Testing

/// `--device`: what there is without any plugin, and a real run of the WebGPU plugin on Mesa's
/// software Vulkan driver, where `Scripts/test-device` has put both.
@Suite struct DeviceTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func none(_ name: String) -> [String: String] {
        // No plugin of this machine is taken, whatever is installed.
        ["WEBGPU", "CUDA", "OPENVINO"].reduce(into: [:]) {
            $0["MASKSTREAM_\($1)"] = bench.path(name)
        }
    }

    @Test(arguments: ["webgpu", "cuda", "openvino-gpu", "openvino-npu"])
    func explicitDeviceThatFails(name: String) throws {
        _ = try bench.folder.write(Data([1, 2, 3]), to: "broken.so")
        for file in ["missing.so", "broken.so"] {
            try expectStatus(
                69, bench.masking(bench.clip, to: "out.mkv", ["--device", name]),
                environment: none(file), says: ["device \(name)", file, "--device cpu", "--gpu"])
            #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
        }
    }

    @Test func automaticSaysWhyItIsTheProcessor() throws {
        let result = try expectStatus(
            0, bench.masking(bench.clip, to: "out.mkv", ["--events", bench.path("events")]),
            environment: none("missing.so"))
        #expect(result.errors.contains("info: models run on cpu: device cuda cannot be used"))
        let events = try String(contentsOfFile: bench.path("events"), encoding: .utf8)
        #expect(events.contains(#""device":"cpu, 1 thread","device_reason":"device cuda cannot"#))
        // Asked for, it needs no reason.
        let asked = try expectStatus(
            0, bench.masking(bench.clip, to: "asked.mkv", ["--device", "cpu"]),
            environment: none("missing.so"))
        #expect(!asked.errors.contains("models run on"))
    }

    @Test func brokenPluginsAreListed() throws {
        let doctor = try expectStatus(0, ["doctor"], environment: none("missing.so"))
        for name in ["cuda", "webgpu", "openvino-gpu", "openvino-npu"] {
            #expect(doctor.lines.contains { $0.hasPrefix("warn  device \(name) ") }, "\(name)")
        }
        let devices = try expectStatus(0, ["devices", "--json"], environment: none("missing.so"))
        let listing = try JSONSerialization.jsonObject(with: devices.output) as? [String: Any]
        let unusable = try #require(listing?["not_usable"] as? [[String: Any]])
        #expect(unusable.compactMap { $0["name"] as? String }.count == 4)
        #expect(unusable.allSatisfy { $0["installed"] as? Bool == true && $0["hint"] is String })
    }
}

/// Runs on WebGPU; `MASKSTREAM_LAVAPIPE` names the folder that `Scripts/test-device` has filled.
@Suite(
    .serialized,
    .enabled(
        if: Lavapipe.folder != nil,
        "WebGPU is not tried here: Scripts/test-device installs what that needs"))
struct LavapipeTests {
    let bench: Workbench
    /// A profile whose confidence is smoothed luma.
    let smooth: String

    init() throws {
        bench = try Workbench()
        var model = TinyOnnx()
        model.input("x", [1, 1, "height", "width"])
        model.constant("w", [1, 1, 3, 3], [Float](repeating: 1 / 9, count: 9))
        model.node("Conv", ["x", "w"], ["y"], [("pads", .ints([1, 1, 1, 1]))])
        model.output("y", [1, 1, "height", "width"])
        smooth = try TestProfile(model: model).write(to: bench.folder, as: "smooth")
    }

    private func mask(_ device: String, _ name: String, _ more: [String] = []) throws -> Data {
        let result = try expectStatus(
            0,
            [bench.clip, "-p", smooth, "-o", bench.path(name), "--codec", "ffv1"]
                + ["--device", device, "--events", bench.path("\(name).events")] + more,
            environment: Lavapipe.environment)
        #expect(
            result.errors.contains("info: models run on webgpu (") == (device == "webgpu"),
            "\(result.errors)")
        return try Data(contentsOf: URL(fileURLWithPath: bench.path("\(name).events")))
    }

    private func frames(_ name: String) throws -> Data {
        try runProgram(
            ["ffmpeg", "-v", "error", "-i", bench.path(name), "-map", "0:v", "-f", "framemd5", "-"]
        ).output
    }

    @Test func itMasksAsTheProcessorDoes() throws {
        let found = String(decoding: try mask("webgpu", "webgpu.mkv"), as: UTF8.self)
            .split(separator: "\n")
        let expected = String(decoding: try mask("cpu", "cpu.mkv"), as: UTF8.self)
            .split(separator: "\n")
        #expect(found.first?.contains(#""device":"webgpu","device_reason":"asked for""#) == true)
        #expect(found.count == expected.count && found.count > 10)
        // Frames move: a map of an earlier one would be another.
        #expect(Set(expected.dropFirst().map { $0.count }).count > 1)
        #expect(found.dropFirst() == expected.dropFirst())
        #expect(try frames("webgpu.mkv") == frames("cpu.mkv"))
    }

    @Test func aShippedProfileAnswersAsOnTheProcessor() throws {
        // The command compares both models with the processor's before it prints anything.
        let command = ["fingerprint", "-p", "\(Program.checkout)/Profiles/hair-color", "--device"]
        let found = try expectStatus(0, command + ["webgpu"], environment: Lavapipe.environment)
        #expect(found.lines.first?.count == 64)
        let again = try expectStatus(0, command + ["webgpu"], environment: Lavapipe.environment)
        #expect(again.lines == found.lines)
    }

    @Test func aSoftwareAdapterIsNeverChosen() throws {
        let result = try expectStatus(
            0, [bench.clip, "-p", smooth, "-o", bench.path("auto.mkv")],
            environment: Lavapipe.environment)
        #expect(!result.errors.contains("webgpu"), "\(result.errors)")
    }

    @Test func twoModelsTakeTurns() throws {
        // The estimator and the primary run at the same time, each on its queue.
        var model = TinyOnnx()
        model.input("x", [1, 1, 8, 8])
        model.constant("weights", [1, 2], [8, -8])
        model.node("GlobalAveragePool", ["x"], ["means"])
        model.node("Flatten", ["means"], ["light"])
        model.node("MatMul", ["light", "weights"], ["y"])
        model.output("y", [1, 2])
        let home = URL(fileURLWithPath: smooth)
        _ = try model.write(to: home, as: "primary.onnx")
        try Data("light\ndark\n".utf8).write(to: home.appendingPathComponent("labels.txt"))
        let manifest = home.appendingPathComponent("profile.yaml")
        let primary = "{file: primary.onnx, input: {width: 8, height: 8, colour: gray}, "
        try
            (String(contentsOf: manifest, encoding: .utf8)
            + "\nprimary: \(primary)labels: labels.txt}\n")
            .write(to: manifest, atomically: true, encoding: .utf8)
        let clip = try Clips.make(
            "long.mkv", in: bench.folder,
            Clips.testSource(rate: "100") + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
        func labels(_ device: String) throws -> [String] {
            let events = bench.path("\(device).labels")
            try expectStatus(
                0, [clip, "-p", smooth, "--device", device, "--events", events],
                environment: Lavapipe.environment)
            return try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
                .compactMap { line in
                    let event = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    let frame = event as? [String: Any]
                    let subjects = frame?["subjects"] as? [[String: Any]]
                    return subjects?.map { "\($0["label"] ?? "")" }.joined(separator: " ")
                }
        }
        let found = try labels("webgpu")
        #expect(found.count == 100 && found.contains { $0.contains("light") })
        #expect(found == (try labels("cpu")))
    }

    @Test func aModelThatTheDeviceDoesNotRunWhole() throws {
        // An operator that the plugin lacks: the processor could do it, and does not.
        var model = TinyOnnx()
        model.input("x", [1, 1, "height", "width"])
        model.node("Hardmax", ["x"], ["y"])
        model.output("y", [1, 1, "height", "width"])
        let profile = try TestProfile(model: model).write(to: bench.folder, as: "foreign")
        try expectStatus(
            69, [bench.clip, "-p", profile, "-o", bench.path("out.mkv"), "--device", "webgpu"],
            environment: Lavapipe.environment,
            says: ["device webgpu cannot run the model", "--device cpu"])
    }

    @Test func aReceiptHoldsTheDevice() throws {
        let receipt = ["--receipt", bench.path("receipt.json"), "--skip-done"]
        func isDone(_ device: String) throws -> Bool {
            try expectStatus(
                0,
                [bench.clip, "-p", smooth, "-o", bench.path("kept.mkv"), "--device", device]
                    + receipt, environment: Lavapipe.environment
            ).errors.contains("done before")
        }
        #expect(try !isDone("webgpu"))
        #expect(try isDone("webgpu"))
        #expect(try !isDone("cpu"), "another device's work is done again")
    }
}

/// Where the driver is.
enum Lavapipe {
    static let folder = ProcessInfo.processInfo.environment["MASKSTREAM_LAVAPIPE"]

    /// The variables by which the plugin and the driver are found.
    static var environment: [String: String] {
        let folder = folder ?? ""
        return [
            "MASKSTREAM_WEBGPU": "\(folder)/libonnxruntime_providers_webgpu.so",
            "VK_DRIVER_FILES": "\(folder)/lvp_icd.json",
            "VK_ICD_FILENAMES": "\(folder)/lvp_icd.json",
            "LD_LIBRARY_PATH": folder, "MESA_SHADER_CACHE_DIR": "\(folder)/shaders",
            "ORT_WEBGPU_EP_ALLOW_SOFTWARE_ADAPTER": "1",
        ]
    }
}
