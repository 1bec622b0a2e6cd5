import Foundation
import MaskStreamTestSupport
import Testing

/// The README's commands, run in their order as in a fresh clone.
@Suite struct ReadmeTests {
    /// Commands that are not run here, by their beginning or end, and why.
    static let exceptions: [(words: String, reason: String)] = [
        ("Scripts/demo", "installs and builds; a step of its own in CI"),
        ("Scripts/test", "runs this"), ("Scripts/install", "writes to /usr/local"),
        ("Scripts/package", "builds; a step of its own in CI"),
        ("maskstream /dev/video0", "needs a camera"),
        ("maskstream rtsp://", "needs a camera and a server on the network"),
        ("swift package", "needs the compiler; a step of its own in CI"),
    ]

    /// Commands whose text promises another status than 0.
    static let statuses: [(words: String, status: Int32)] = [("--fail-on-gap 0.5", 70)]

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: folder.path("Profiles"), withDestinationPath: "\(Program.checkout)/Profiles")
        // All is as in a clone but for the clips' rates: the commands take a fraction of the time.
        try files.createDirectory(
            atPath: folder.path("samples"), withIntermediateDirectories: true)
        for name in ["scenes.mp4", "prints.mp4"] {
            try Clips.ffmpeg([
                "-i", Program.sample(name), "-vf", "fps=6", "-c:a", "copy", "-preset", "veryfast",
                folder.path("samples/\(name)"),
            ])
        }
        try files.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
        try files.createSymbolicLink(
            atPath: folder.path("bin/maskstream"), withDestinationPath: Program.path)
    }

    /// The indented blocks; lines that end in a pipe go on in the next one.
    private func blocks() throws -> [[String]] {
        let text = try String(contentsOfFile: Program.checkout + "/README.md", encoding: .utf8)
        var blocks: [[String]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("    ") else {
                if blocks.last?.isEmpty == false { blocks.append([]) }
                continue
            }
            let last = blocks.count - 1
            if let open = blocks[last].last, open.hasSuffix("|") {
                blocks[last][blocks[last].count - 1] = "\(open) \(line.dropFirst(4))"
            } else {
                blocks[last].append(String(line.dropFirst(4)))
            }
        }
        return blocks.filter { !$0.isEmpty }
    }

    private func run(_ program: String, _ script: String) throws -> ProgramResult {
        let enter = "cd '\(folder.url.path)' && export PATH=\"$PWD/bin:$PATH\" && exec \"$@\""
        return try runProgram([
            "timeout", "-k", "10", "600", "bash", "-c", enter, "bash", program, "-c", script,
        ])
    }

    /// The files that a command names as what it writes.
    private func outputs(_ command: String) -> [String] {
        let words = command.prefix { $0 != "#" }.split(separator: " ").map(String.init)
        let options = ["-o", "--events", "--report", "--confidence", "--json", "--output-dir"]
        return zip(words, words.dropFirst()).filter { option, name in
            options.contains(option) && !name.hasPrefix("-")
        }.map(\.1)
    }

    @Test(.timeLimit(.minutes(15))) func theCommandsDoWhatTheTextSays() throws {
        var left = Self.exceptions.map(\.words)
        for block in try blocks() {
            // Python, which Scripts/test-python runs.
            if block[0].hasPrefix("import ") { continue }
            for command in block {
                if let words = Self.exceptions.first(where: { command.contains($0.words) })?.words {
                    left.removeAll { $0 == words }
                    continue
                }
                let result = try run("bash", "set -o pipefail; \(command)")
                let status = Self.statuses.first { command.contains($0.words) }?.status ?? 0
                #expect(result.status == status, "\(command)\n\(result.errors)")
                guard status == 0, !command.contains("--dry-run") else { continue }
                for name in outputs(command) {
                    let made = FileManager.default.fileExists(atPath: folder.path(name))
                    #expect(made, "\(command) made no \(name)")
                }
            }
        }
        #expect(left.isEmpty, "not in the README: \(left)")
        let masked = try FileManager.default.contentsOfDirectory(atPath: folder.path("masked"))
        #expect(masked.contains("1.png") && masked.contains("prints.mp4"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.webm")))
    }
}
