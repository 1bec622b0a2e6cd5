import Foundation
import MaskStreamTestSupport
import Testing

/// `doctor`: what it finds, in words and as JSON, and the exit status of what is missing.
@Suite struct DoctorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A line of the JSON.
    private struct Check: Decodable {
        let status: String
        let subject: String
        let text: String
        let hint: String?
    }

    private struct Report: Decodable {
        let schema: Int
        let version: String
        let exit: Int32
        let checks: [Check]
    }

    private let shipped = ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"]

    /// Runs `doctor --json`, which must end with a status and tell the same one.
    private func report(
        _ status: Int32, _ environment: [String: String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Report {
        let result = try Program.run(["doctor", "--json"], environment: environment)
        #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
        let report = try JSONDecoder().decode(Report.self, from: result.output)
        #expect(report.exit == status, sourceLocation: sourceLocation)
        #expect(
            result.errors.contains("error: ") == (status != 0), "\(result.errors)",
            sourceLocation: sourceLocation)
        #expect(
            result.errors.contains("hint: ") == (status != 0), "\(result.errors)",
            sourceLocation: sourceLocation)
        return report
    }

    @Test func allIsWell() throws {
        let report = try report(0, shipped)
        #expect(report.schema == 1 && !report.version.isEmpty)
        for subject in [
            "program", "ffmpeg libraries", "encoders", "runtime library", "devices",
            "profile face-emotion", "profile faces", "profile hair-color", "profile object-id",
            "profile text", "ffmpeg program", "temporary folder",
        ] {
            let found = report.checks.filter { $0.subject == subject }
            #expect(found.map(\.status) == ["ok"], "\(subject)")
        }
        #expect(report.checks.allSatisfy { ($0.hint == nil) == ($0.status == "ok") })
        #expect(report.checks.contains { $0.subject == "encoders" && $0.text.contains("libx264") })
    }

    @Test func textIsForPeople() throws {
        let result = try Program.run(["doctor"], environment: shipped)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        for line in result.lines {
            #expect(
                ["ok    ", "warn  ", "      hint: "].contains { line.hasPrefix($0) }, "\(line)")
        }
        #expect(result.lines.contains { $0.contains("ONNX Runtime 1.") })
    }

    @Test func withoutTheRuntimeLibrary() throws {
        let missing = ["MASKSTREAM_ONNXRUNTIME": folder.path("missing.so")]
        let report = try report(69, shipped.merging(missing) { $1 })
        let runtime = try #require(report.checks.first { $0.subject == "runtime library" })
        #expect(runtime.status == "fail" && runtime.text.contains("missing.so"))
        let profile = try #require(report.checks.first { $0.subject == "profile face-emotion" })
        #expect(profile.status == "warn" && profile.text.contains("no model was tried"))
    }

    @Test func withoutProfiles() throws {
        // The program finds those of the checkout that it lies in.
        let program = folder.path("maskstream")
        try FileManager.default.copyItem(atPath: Program.path, toPath: program)
        let runtime = Program.checkout + "/.runtime/onnxruntime/capi/libonnxruntime.so.1.28.0"
        let result = try runProgram([
            "env", "HOME=\(folder.url.path)", "MASKSTREAM_ONNXRUNTIME=\(runtime)", program,
            "doctor",
        ])
        #expect(result.status == 78, "\(result.errors)")
        #expect(result.lines.contains { $0.hasPrefix("fail  profiles") })
        #expect(result.errors.contains("hint: ") && result.errors.contains("MASKSTREAM_PROFILES"))
    }

    @Test func withADamagedProfile() throws {
        let profile = TestProfile(estimator: "  sha256: '\(String(repeating: "0", count: 64))'")
        _ = try profile.write(to: folder, as: "damaged")
        _ = try TestProfile().write(to: folder, as: "unguarded")
        let report = try report(78, ["MASKSTREAM_PROFILES": folder.url.path])
        let damaged = try #require(report.checks.first { $0.subject == "profile damaged" })
        #expect(damaged.status == "fail" && damaged.text.contains("SHA-256"))
        let unguarded = try #require(report.checks.first { $0.subject == "profile unguarded" })
        #expect(unguarded.status == "warn" && unguarded.hint != nil)
    }

    @Test func whatOnlySomeCommandsNeed() throws {
        let poor = ["PATH": folder.url.path, "TMPDIR": folder.path("missing")]
        // `env` is found before it takes the variables over.
        let report = try report(0, shipped.merging(poor) { $1 })
        for subject in ["ffmpeg program", "temporary folder"] {
            let check = try #require(report.checks.first { $0.subject == subject })
            #expect(check.status == "warn" && check.hint != nil, "\(subject): \(check.text)")
        }
    }
}
