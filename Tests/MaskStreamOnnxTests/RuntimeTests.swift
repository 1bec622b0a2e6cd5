import Foundation
import MaskStream
import Testing

@testable import MaskStreamOnnx

struct RuntimeTests {
    @Test func opensTheLibrary() throws {
        let runtime = try OnnxRuntime.shared()
        #expect(runtime.version.hasPrefix("1."))
        #expect(runtime.library.contains("libonnxruntime"))
        #expect(ProcessInfo.processInfo.environment["ORT_DISABLE_TELEMETRY"] == "1")
    }

    @Test func missingLibraryTellsTheCommand() throws {
        let folder = try TestFolder()
        let error = expectError(.unavailable, "not found") {
            _ = try OnnxLibrary.open(
                environment: [:], program: folder.url.appendingPathComponent("program"),
                system: "libmaskstream-none.so.1")
        }
        #expect(error?.hint?.contains("Scripts/setup") == true)
    }

    @Test func namedLibraryIsTheOnlyOneTried() throws {
        let folder = try TestFolder()
        let garbage = try folder.write([1, 2, 3], as: "libonnxruntime.so.1.28.0")
        for file in [garbage, folder.url.appendingPathComponent("none.so").path] {
            expectError(.unavailable, file) {
                _ = try OnnxLibrary.open(environment: [OnnxLibrary.variable: file])
            }
        }
        // One that lies beside the program and is broken is not passed over either.
        expectError(.unavailable, garbage) {
            _ = try OnnxLibrary.open(
                environment: [:], program: folder.url.appendingPathComponent("program"))
        }
    }

    @Test func findsTheLibraryOfACheckout() throws {
        let folder = try TestFolder()
        let capi = folder.url.appendingPathComponent(".runtime/onnxruntime/capi")
        let build = folder.url.appendingPathComponent(".build/release")
        for path in [capi, build] {
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        }
        let library = capi.appendingPathComponent(OnnxLibrary.pinned)
        try Data([0]).write(to: library)
        let program = build.appendingPathComponent("maskstream")
        #expect(OnnxLibrary.find(beside: program) == nil, "the folder is no checkout yet")
        _ = try folder.write([], as: "Package.swift")
        #expect(OnnxLibrary.find(beside: program) == library.path)
    }

    @Test func findsTheLibraryOfAnInstallation() throws {
        let folder = try TestFolder()
        let lib = folder.url.appendingPathComponent("lib/maskstream")
        try FileManager.default.createDirectory(at: lib, withIntermediateDirectories: true)
        let library = lib.appendingPathComponent("libonnxruntime.so.1")
        try Data([0]).write(to: library)
        let program = folder.url.appendingPathComponent("bin/maskstream")
        #expect(OnnxLibrary.find(beside: program) == library.path)
    }
}
