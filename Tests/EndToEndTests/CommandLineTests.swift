import Foundation
import MaskStreamTestSupport
import Testing

/// What is said of a command line that means nothing, or something else than it seems to.
@Suite struct CommandLineTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// The command line, and what `error:` and `hint:` must hold.
    static let misspelt: [(words: [String], says: [String])] = [
        (
            ["CLIP", "-p", "LIGHT", "-o", "OUT", "--treshold", "0.4"],
            ["unknown option --treshold; did you mean --threshold?", "maskstream run --help"]
        ),
        (
            ["CLIP", "-p", "LIGHT", "-o", "OUT", "--theshold=0.4"],
            ["unknown option --theshold; did you mean --threshold?"]
        ),
        (["run", "CLIP", "-p", "LIGHT", "--evnts", "e"], ["unknown option --evnts", "--events?"]),
        (["CLIP", "-profile", "LIGHT", "-o", "OUT"], ["unknown option -profile", "--profile?"]),
        (["CLIP", "-p", "LIGHT", "-o", "OUT", "-x"], ["unknown option -x"]),
        (["bench", "CLIP", "--profil", "LIGHT", "--run", "3"], ["unknown option --profil;"]),
        (["compare", "CLIP", "-p", "LIGHT", "--lables", "f"], ["unknown option --lables;"]),
        (["profiles", "check", "LIGHT", "--confidenc", "f"], ["did you mean --confidence?"]),
        (["profiles", "new", "x", "--estimater", "f"], ["did you mean --estimator?"]),
        (["profiles", "show", "LIGHT", "--jsn"], ["did you mean --json?"]),
        (["doctor", "--jsn"], ["did you mean --json?", "maskstream doctor --help"]),
        (["devices", "--jsn"], ["did you mean --json?"]),
        (["doctr"], ["no such command or file (doctr)", "did you mean maskstream doctor?"]),
        (["profiles", "chek", "LIGHT"], ["did you mean maskstream profiles check?"]),
        (["CLIP", "-o", "OUT"], ["missing --profile", "maskstream profiles list"]),
    ]

    /// Values that no option takes.
    static let values: [[String]] = [
        ["--frames", "0"], ["--frames", "-1"], ["--rate", "0"], ["--rate", "nan"],
        ["--size", "0x0"], ["--size", "64x0"], ["--start", "-5"], ["--start", "inf"],
        ["--end", "0"], ["--crf", "nan"], ["--crf", "-1"], ["--threshold", "nan"],
        ["--threshold", "1.5"], ["--threads", "0"], ["--video-stream", "-1"],
        ["--fail-on-gap", "-1"], ["--fail-on-gap", "inf"], ["--start", "1", "--end", "1"],
        ["--scene-limit", "0"], ["--scene-limit", "nan"], ["--scene-limit", "-1"],
        ["--scene-limit", "inf"],
    ]

    private func filled(_ words: [String]) -> [String] {
        let names = ["CLIP": bench.clip, "LIGHT": bench.light, "OUT": bench.path("out.mkv")]
        return words.map { names[$0] ?? $0 }
    }

    @Test(arguments: misspelt) func theOptionItselfIsNamed(
        _ item: (words: [String], says: [String])
    ) throws {
        try expectStatus(64, filled(item.words), says: item.says)
        #expect(!bench.has("out.mkv"))
    }

    @Test(arguments: values) func aValueOutsideItsRangeIsNamed(_ words: [String]) throws {
        try expectStatus(64, bench.masking(bench.clip, to: "out.mkv", words), says: [words[0]])
    }

    @Test(arguments: [
        ["", "-p", "LIGHT", "-o", "OUT"], ["CLIP", "-p", "", "-o", "OUT"],
        ["CLIP", "-p", "LIGHT", "-o", ""], ["CLIP", "-p", "LIGHT", "--events", ""],
        ["CLIP", "-p", "LIGHT", "--report="], ["CLIP", "-p", "LIGHT", "--output-dir", ""],
        ["profiles", "check", ""], ["compare", "CLIP", "-p", "LIGHT", "--json", ""],
    ]) func anEmptyWordIsNoValue(_ words: [String]) throws {
        try expectStatus(64, filled(words), says: ["empty"])
    }

    @Test(arguments: ["--events", "--report", "--receipt", "--certificate"])
    func onlyTheOutputTakesTheDash(option: String) throws {
        try expectStatus(
            64, filled(["CLIP", "-p", "LIGHT", "-o", "OUT", option, "-"]),
            says: ["only -o takes -", "/dev/stdout"])
        #expect(!bench.has("out.mkv"))
    }

    @Test func oneOutputIsNamedOnce() throws {
        try expectStatus(
            64, bench.masking(bench.clip, to: "a.mkv", ["-o", bench.path("b.mkv")]),
            says: ["--output is given twice"])
        try expectStatus(
            64, filled(["CLIP", "-p", "LIGHT", "--events", "a", "--events=b"]),
            says: ["--events is given twice"])
        #expect(!bench.has("a.mkv") && !bench.has("b.mkv"))
    }

    @Test func oneInputIsNamedOnce() throws {
        try FileManager.default.createSymbolicLink(
            atPath: bench.path("link.mkv"), withDestinationPath: bench.clip)
        for twin in [bench.clip, bench.path("link.mkv")] {
            try expectStatus(
                64, [bench.clip, twin, "-p", bench.light, "--output-dir", bench.path("out")],
                says: ["an input is given twice"])
        }
        let other = try Clips.make(
            "clip.avi", in: bench.folder, Clips.testSource() + ["-c:v", "ffv1"])
        try expectStatus(
            64,
            [bench.clip, other, "-p", bench.light, "--output-dir", bench.path("out")]
                + ["--report", bench.path("reports")], says: ["clip.html"])
        #expect(!bench.has("out"))
    }

    @Test func whatLiesBehindTheEndIsNotThere() throws {
        try expectStatus(
            65, bench.masking(bench.clip, to: "out.mkv", ["--start", "99"]),
            says: ["99", "--start"])
        #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
    }
}
