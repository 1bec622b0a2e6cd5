import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamOnnx

struct DeviceChoiceTests {
    private let plugin: Plugin

    init() throws { plugin = try #require(Plugin.all.first { $0.name == "webgpu" }) }

    private func survey(
        _ name: String, isInstalled: Bool = true, isUsable: Bool = false, isSoftware: Bool = false,
        problem: String? = nil
    ) throws -> DeviceSurvey {
        let plugin = try #require(Plugin.all.first { $0.name == name })
        let offer = PluginDevices.Offer(
            handle: try #require(OpaquePointer(bitPattern: 1)), hardware: "x", isSoftware: false,
            file: "f")
        return DeviceSurvey(
            name: name, isInstalled: isInstalled, file: nil,
            device: isUsable ? InferenceDevice(plugin, offer) : nil, isSoftware: isSoftware,
            problem: problem.map { MaskStreamError(.unavailable, $0) }, setup: "")
    }

    @Test func theProcessorNeedsNoReason() throws {
        #expect(InferenceDevice.cpu.announcement(threads: 1) == "cpu, 1 thread")
        #expect(InferenceDevice.cpu.announcement(threads: 2) == "cpu, 2 threads")
        for choice in [
            try DeviceChoice(named: "cpu"), DeviceChoice(firstOf: []),
            DeviceChoice(firstOf: [try survey("cuda", isInstalled: false, problem: "none")]),
        ] {
            #expect(choice.device == .cpu && choice.reason == nil)
        }
    }

    @Test func automaticIsTheFirstThatWorks() throws {
        let found = [
            try survey("cuda", problem: "no driver"), try survey("webgpu", isUsable: true),
            try survey("openvino-gpu", isUsable: true),
        ]
        var choice = DeviceChoice(firstOf: found)
        #expect(choice.device.name == "webgpu" && choice.isAutomatic && choice.reason != nil)
        #expect(choice.device.announcement(threads: 3) == "webgpu")
        choice.replace(because: MaskStreamError(.unavailable, "it differs"))
        #expect(choice.device == .cpu && choice.isReplaced && choice.reason == "it differs")
    }

    @Test func automaticTakesNoSoftwareAdapterAndSaysWhatIsBroken() throws {
        let software = try survey("webgpu", isUsable: true, isSoftware: true)
        #expect(DeviceChoice(firstOf: [software]).device == .cpu)
        let broken = DeviceChoice(firstOf: [try survey("cuda", problem: "no driver"), software])
        #expect(broken.device == .cpu && broken.reason == "no driver" && !broken.isReplaced)
    }

    @Test func namesAreThoseOfTheOption() {
        #expect(
            Set(InferenceDevice.names)
                == ["auto", "cpu", "webgpu", "cuda", "openvino-gpu", "openvino-npu"])
        let error = expectError(.unavailable, "'quantum'") {
            _ = try InferenceDevice.named("quantum")
        }
        #expect(error?.hint?.contains("auto, cpu, ") == true)
    }
}

/// Where plugins are found, and what is said of those that do not work.
struct PluginTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func plugin(_ name: String) throws -> Plugin {
        try #require(Plugin.all.first { $0.name == name })
    }

    @Test func findsThemBesideTheRuntimeLibrary() throws {
        let webgpu = try plugin("webgpu")
        let file = PluginFile(plugin: webgpu)
        let library = folder.url.appendingPathComponent("lib/libonnxruntime.so.1").path
        let program = folder.url.appendingPathComponent("bin/maskstream")
        func find(_ environment: [String: String] = [:]) -> String? {
            file.find(library: library, environment: environment, program: program)
        }
        #expect(find() == nil)
        for place in ["bin/\(webgpu.file)", "lib/\(webgpu.file)", "lib/webgpu/\(webgpu.file)"] {
            let url = folder.url.appendingPathComponent(place)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data([0]).write(to: url)
            #expect(find() == url.path, "the later one comes first")
        }
        #expect(find(["MASKSTREAM_WEBGPU": "/elsewhere.so"]) == "/elsewhere.so")
        // Nothing is looked for beside a library that the linker has found by its name.
        let other = program.deletingLastPathComponent().appendingPathComponent(webgpu.file).path
        #expect(
            file.find(library: "libonnxruntime.so.1", environment: [:], program: program) == other)
    }

    @Test func missingLibrariesHaveACommand() throws {
        let message =
            "libcublasLt.so.13: cannot open shared object file: No such file or directory"
        #expect(PluginFile.missing(message) == "libcublasLt.so.13")
        #expect(PluginFile.missing("x.so: undefined symbol: y") == nil)
        let cuda = try plugin("cuda")
        let library = cuda.missing("libcublasLt.so.13")
        #expect(library.message == "device cuda: libcublasLt.so.13 is missing")
        #expect(library.hint == "run Scripts/setup --gpu=cuda")
        let driver = cuda.missing("libcuda.so.1")
        #expect(driver.message == "device cuda: libcuda.so.1 is missing")
        #expect(driver.hint == "install NVIDIA's driver")
        #expect(cuda.noHardware.message == "there is no GPU that cuda can use")
        #expect(try plugin("webgpu").noHardware.hint?.contains("vulkaninfo --summary") == true)
        #expect(try plugin("openvino-npu").notInstalled.hint?.contains("--gpu=openvino") == true)
    }

    @Test func librariesOfItsFolderAreOpenedFirst() throws {
        // Each library needs the next, which only the plugin's folder has.
        let cuda = try plugin("cuda")
        let place = folder.url.path
        func build(_ name: String, needs: String?) throws {
            let words =
                ["cc", "-shared", "-nostdlib", "-Wl,-soname,\(name)", "-o", "\(place)/\(name)"]
                + (needs.map { ["-Wl,--no-as-needed", "\(place)/\($0)"] } ?? [])
            try #require(try runProgram(words + ["-x", "c", "/dev/null"]).status == 0)
        }
        try build("libmaskstream-far.so.1", needs: nil)
        try build("libmaskstream-near.so.1", needs: "libmaskstream-far.so.1")
        try build(cuda.file, needs: "libmaskstream-near.so.1")
        try PluginFile(plugin: cuda).open("\(place)/\(cuda.file)")
    }

    @Test func whatIsNoLibraryIsUnusable() throws {
        let cuda = try plugin("cuda")
        let garbage = try folder.write([1, 2, 3], as: cuda.file)
        for file in [garbage, folder.url.appendingPathComponent("none.so").path] {
            let error = expectError(.unavailable, "device cuda cannot be used", file) {
                try PluginFile(plugin: cuda).open(file)
            }
            #expect(error?.hint?.contains("--device cpu") == true)
        }
    }
}

/// What counts as the same answer.
struct DeviceCheckTests {
    @Test(
        arguments: [
            ([0, 1], [0, 1], 0), ([0.5], [0.25], 0.25), ([.nan], [.nan], 0),
            ([.nan], [1], .infinity),
            ([1], [.nan], .infinity), ([.infinity], [.infinity], 0), ([.infinity], [1], .infinity),
            ([1], [1, 2], .infinity), ([], [], 0),
        ] as [([Float], [Float], Float)])
    func difference(_ found: [Float], _ expected: [Float], _ difference: Float) {
        found.withUnsafeBufferPointer { found in
            expected.withUnsafeBufferPointer {
                #expect(largestDifference(found, $0) == difference)
            }
        }
    }

    @Test func aDeviceThatFailsBeforeItWasSeenToWorkCannotBeUsed() throws {
        let folder = try TestFolder()
        let session = try OnnxSession(path: TinyOnnx.addition.write(to: folder.url))
        let lost = OnnxError(code: 1, operation: "run", message: "device lost")
        let first = session.failure(lost, isChecked: false)
        #expect(first.code == .unavailable && first.hint?.contains("--device cpu") == true)
        let later = session.failure(lost, isChecked: true)
        #expect(later.code == .software && later.message.contains("device lost"))
    }

    @Test func largeValuesMayDifferMore() throws {
        let folder = try TestFolder()
        let session = try OnnxSession(path: TinyOnnx.addition.write(to: folder.url))
        func check(_ found: Float, _ expected: Float) throws {
            try session.check(
                [OnnxValue(shape: [1], elements: [found])],
                against: [OnnxValue(shape: [1], elements: [expected])])
        }
        try check(0.50009, 0.5)
        try check(600.05, 600)
        expectError(.unavailable, "differs from the processor by", session.path) {
            try check(0.5002, 0.5)
        }
        expectError(.unavailable, "differs from the processor by") { try check(600.07, 600) }
        expectError(.unavailable, "in shape: [1], not [2]") {
            try session.check(
                [OnnxValue(shape: [1], elements: [0])],
                against: [OnnxValue(shape: [2], elements: [0, 0])])
        }
    }
}
