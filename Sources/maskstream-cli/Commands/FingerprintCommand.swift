import ArgumentParser
import MaskStream
import MaskStreamOnnx

/// `maskstream fingerprint -p P`: whether two machines make the same masks.
struct FingerprintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fingerprint",
        abstract: "Tell whether machines make the same masks.",
        discussion: """
            Runs a profile's models, the math functions and swscale on a fixed frame and prints a \
            hash of what they answer. Machines that print the same line make the same masks; \
            receipts hold it.
            """)

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The task: a profile's name, or a folder.", valueName: "name"),
        completion: .profile)
    var profile: String

    @OptionGroup var models: ModelArguments

    @Flag(help: "Print JSON, with a hash of each part.") var json = false

    func run() throws {
        let profile = try Profile(folder: ProfileFinder.standard.folder(of: profile))
        let sessions = try ModelSessions(models)
        try sessions.tryDevice(on: [profile])
        let fingerprint = try Fingerprint(profile, sessions: sessions)
        guard json else { return try Console.output(fingerprint.sha256) }
        try Console.outputJSON(
            prettyJSON([
                "schema": 1, "device": sessions.announcement(of: profile),
                // The hash is that of receipts.
                "profile": ["name": profile.name, "sha256": try profile.digest()],
                "fingerprint": fingerprint.sha256,
                "parts": Dictionary(
                    uniqueKeysWithValues: fingerprint.parts.map { ($0.name, $0.sha256) }),
            ]))
    }
}
