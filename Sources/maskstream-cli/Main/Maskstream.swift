import ArgumentParser
import CGlibc
import Foundation
import MaskStreamFFmpeg

/// The program: parses the command line, runs the command and exits with its status.
@main
struct Maskstream: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maskstream",
        abstract: "Show a vision model only the pixels that matter for its task.",
        usage: """
            maskstream <input> ... --profile <name> --output <out> [<options>]
            maskstream <subcommand>
            """,
        discussion: """
            maskstream talk.mp4 --profile face-emotion -o masked.mp4

            A small network scores each pixel's relevance; pixels above a threshold are kept, the \
            rest are masked; the task's own model sees the masked frame, and how well it does \
            moves the threshold. 'maskstream run --help' lists the options of a run.
            """,
        version: CommandLine.arguments.contains("--version") ? Versions.text : Versions.program,
        subcommands: [
            RunCommand.self, ProfilesCommand.self, BenchCommand.self, CompareCommand.self,
            VerifyCommand.self, JoinCommand.self, AnalyzeCommand.self, ReviewCommand.self,
            RenderCommand.self, ExportCommand.self, FingerprintCommand.self, DevicesCommand.self,
            DoctorCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static func main() {
        Console.openMissing()
        // A pipe without a reader and a file at its limit (ulimit -f) are errors of the write.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // Each stage has a thread; without a limit each thread hoards memory of its own.
        mallopt(M_ARENA_MAX, 2)
        FFmpegLog.capture()
        do {
            if let script = Completions.script(CommandLine.arguments) {
                try Console.output(script)
                return
            }
            try CommandLineCheck.ofProgram.validate()
            var command = try parseAsRoot(CommandLine.words)
            try command.run()
        } catch {
            ExitStatus.exit(with: error)
        }
    }
}
