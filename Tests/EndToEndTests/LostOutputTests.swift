import Foundation
import MaskStreamTestSupport
import Testing

/// A standard output or error that is full, closed, or read by nobody.
@Suite struct LostOutputTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Runs the program by a line of the shell, in which it is `"$@"`.
    private func shell(_ line: String, _ arguments: [String]) throws -> ProgramResult {
        let command = try Program.command(
            arguments, environment: ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"])
        return try runProgram(["bash", "-c", line, "bash"] + command)
    }

    @Test(
        "What the standard output cannot take is a failure",
        arguments: [
            ["profiles", "list"], ["profiles", "show", "LIGHT"], ["profiles", "check", "LIGHT"],
            ["profiles", "show", "LIGHT", "--json"], ["fingerprint", "-p", "LIGHT"],
            ["fingerprint", "-p", "LIGHT", "--json"], ["devices"], ["devices", "--json"],
            ["doctor"], ["--help"], ["--version"], ["--generate-completion-script", "bash"],
            ["CLIP", "-p", "LIGHT", "--dry-run", "-o", "OUT"],
            ["verify", "CLIP", "--with", "LIGHT"],
        ])
    func lostData(arguments: [String]) throws {
        let names = ["LIGHT": bench.light, "CLIP": bench.clip, "OUT": bench.path("out.mkv")]
        let arguments = arguments.map { names[$0] ?? $0 }
        for lost in [">/dev/full", ">&-"] {
            let result = try shell("\"$@\" \(lost)", arguments)
            #expect(result.status == 74, "\(lost) \(result.errors)")
            #expect(result.errors.contains("error: the standard output cannot be written"))
        }
        let unread = try shell(
            "{ sleep 0.2; \"$@\"; } | true; exit ${PIPESTATUS[0]}", arguments)
        #expect(unread.status == 74, "\(unread.errors)")
        #expect(!unread.errors.contains("error: "), "\(unread.errors)")
    }

    @Test(
        "A lost standard error loses the log alone",
        arguments: ["2>/dev/full", "2>&-", "2> >(true)", "2>&1 | true; exit ${PIPESTATUS[0]}"])
    func lostLog(lost: String) throws {
        for style in ["json", "plain"] {
            let masking = bench.masking(
                bench.clip, to: "\(style).mkv", ["--codec", "ffv1", "--progress", style])
            let result = try shell("{ sleep 0.2; \"$@\"; } \(lost)", masking)
            #expect(result.status == 0, "\(result.errors)")
            #expect(bench.has("\(style).mkv") && !bench.has("\(style).mkv.part"))
        }
        let refused = try shell("\"$@\" \(lost)", bench.masking(bench.clip, to: "none/out.mkv"))
        #expect(refused.status == 73)
    }

    @Test("A closed standard input holds nothing")
    func closedInput() throws {
        let result = try shell("\"$@\" <&-", bench.masking("-", to: "out.mkv"))
        #expect(result.status == 65, "\(result.errors)")
        let all = try shell("\"$@\" <&- >&- 2>&-", bench.masking(bench.clip, to: "all.mkv"))
        #expect(all.status == 0 && bench.has("all.mkv"))
    }
}
