import Foundation
import MaskStreamTestSupport
import Testing

/// One way to each row of the table of exit statuses.
@Suite struct ExitStatusTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    @Test func success() throws {
        try expectStatus(0, bench.masking(bench.clip, to: "out.mkv"))
        #expect(bench.has("out.mkv"))
        #expect(!bench.has("out.mkv.part"))
    }

    @Test func usage() throws {
        try expectStatus(64, bench.masking(bench.clip, to: "out.mkv", ["--no-such-option"]))
        try expectStatus(64, [bench.clip, "--profile", bench.light])
    }

    @Test func undecodableInput() throws {
        let garbage = try bench.folder.write(Data((0..<5000).map { UInt8($0 * 37 & 255) }), to: "g")
        try expectStatus(65, bench.masking(garbage, to: "out.mkv"), says: [garbage])
    }

    @Test func missingInput() throws {
        let missing = bench.path("missing.mp4")
        try expectStatus(66, bench.masking(missing, to: "out.mkv"), says: [missing])
    }

    @Test func unusableDevice() throws {
        try expectStatus(
            69, bench.masking(bench.clip, to: "out.mkv", ["--device", "quantum"]),
            says: ["quantum"])
    }

    @Test func unusableLibrary() throws {
        try expectStatus(
            69, bench.masking(bench.clip, to: "out.mkv"),
            environment: ["MASKSTREAM_ONNXRUNTIME": bench.path("missing.so")],
            says: ["missing.so"])
    }

    @Test func failingModel() throws {
        let profile = try TestProfile.failing.write(to: bench.folder, as: "failing")
        let result = try expectStatus(
            70, [bench.clip, "--profile", profile, "-o", bench.path("out.mkv")],
            says: ["estimate", "frame 0"])
        #expect(!bench.has("out.mkv"))
        #expect(!result.errors.contains("Fatal"))
    }

    @Test func outputThatExists() throws {
        let existing = try bench.folder.write(Data("precious".utf8), to: "out.mkv")
        try expectStatus(73, bench.masking(bench.clip, to: "out.mkv"), says: [existing])
        #expect(try Data(contentsOf: URL(fileURLWithPath: existing)) == Data("precious".utf8))
        try expectStatus(0, bench.masking(bench.clip, to: "out.mkv", ["--overwrite"]))
    }

    @Test func fullDisk() throws {
        try expectStatus(
            74, [bench.clip, "--profile", bench.light, "-o", "/dev/full", "--format", "matroska"])
    }

    @Test func missingProfile() throws {
        let result = try expectStatus(
            78, [bench.clip, "--profile", "no-such-profile", "-o", bench.path("out.mkv")],
            says: ["no-such-profile"])
        #expect(result.errors.contains("face-emotion"), "no list of what there is")
    }
}
