import Foundation
import MaskStreamTestSupport
import Testing

/// What shells offer after a tabulator.
@Suite struct CompletionTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["clip.mp4", "other.mkv"] {
            try Data().write(to: folder.url.appendingPathComponent(name))
        }
        let script = try script("bash")
        try script.write(toFile: folder.path("script"), atomically: true, encoding: .utf8)
    }

    private func script(_ shell: String) throws -> String {
        let result = try expectStatus(0, ["--generate-completion-script", shell])
        return String(decoding: result.output, as: UTF8.self)
    }

    /// The words that bash offers for the last one of a command line.
    private func offers(_ words: [String]) throws -> Set<String> {
        let commands = """
            cd "$1"
            source ./script
            shift
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            COMP_LINE="$*"
            COMP_POINT=${#COMP_LINE}
            rule=$(complete -p maskstream | sed -E 's/.*-F ([^ ]+).*/\\1/')
            "$rule" "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try runProgram(
            [
                "env", "MASKSTREAM_PROFILES=\(Program.checkout)/Profiles", "bash", "--norc", "-c",
                commands, "bash", folder.url.path, Program.path,
            ] + words)
        #expect(result.errors.isEmpty, "\(result.errors)")
        return Set(result.lines)
    }

    @Test func firstWords() throws {
        let words = try offers([""])
        #expect(words.isSuperset(of: ["run", "profiles", "doctor", "clip.mp4"]), "\(words)")
        #expect(try offers(["do"]) == ["doctor"])
        #expect(try offers(["cl"]) == ["clip.mp4"])
    }

    /// With `run` and without.
    @Test(arguments: [["run"], []]) func theMainJob(begin: [String]) throws {
        let begin = begin + ["clip.mp4"]
        #expect(try offers(begin + ["--em"]) == ["--emit"])
        #expect(
            try offers(begin + ["--emit", ""]) == [
                "masked", "confidence", "mask", "overlay", "packed",
            ])
        #expect(try offers(begin + ["ot"]) == ["other.mkv"])
        #expect(try offers(begin + ["-o", "ot"]) == ["other.mkv"])
        let profiles: Set = ["face-emotion", "faces", "hair-color", "object-id", "text"]
        #expect(try offers(begin + ["-p", ""]).isSuperset(of: profiles))
        #expect(try offers(begin + ["--profile", "face"]) == ["face-emotion", "faces"])
        let flags = try offers(begin + ["-p", "face-emotion", "--codec", "ffv1", "--"])
        #expect(flags.isSuperset(of: ["--threshold", "--invert", "--live"]), "\(flags)")
    }

    @Test func otherCommands() throws {
        #expect(try offers(["profiles", "ch"]) == ["check"])
        #expect(try offers(["profiles", "show", "hair"]) == ["hair-color"])
        #expect(try offers(["doctor", "--j"]) == ["--json"])
        #expect(try offers(["bench", "cl"]) == ["clip.mp4"])
    }

    /// The rule that `run` may be left out is in all scripts.
    @Test func otherShells() throws {
        #expect(try script("zsh").contains("_maskstream_explicit"))
        #expect(try script("fish").contains("set unparsed_tokens $unparsed_tokens[1] run"))
    }
}
