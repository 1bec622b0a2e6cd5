import ArgumentParser
import Foundation
import MaskStream
import MaskStreamOnnx

/// `maskstream profiles`: what profiles there are and what they hold.
struct ProfilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "List, show, check and begin task profiles.",
        subcommands: [List.self, Show.self, Check.self, NewProfileCommand.self],
        defaultSubcommand: List.self)

    /// What `profiles list` does.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the profiles found.")

        func run() throws {
            for found in ProfileFinder.standard.profiles() {
                let words: String
                do { words = try Profile(folder: found.folder).description } catch {
                    words = "unusable: \(error)"
                }
                try Console.output("\(found.name)  \(words)  (\(found.folder))")
            }
        }
    }

    /// What `profiles show NAME` does.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a profile's models, levels and labels.")

        @Argument(help: "A profile's name or folder.", completion: .profile)
        var profile: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let profile = try Profile(folder: ProfileFinder.standard.folder(of: profile))
            let card = try ProfileCard(profile)
            try json ? Console.outputJSON(card.json) : Console.output(card.text)
        }
    }

    /// What `profiles check NAME` does.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a profile's models on an image and report what they do.",
            discussion: """
                Checks the manifest, hashes, tensors and values; prints the time per image, what \
                thresholds from 0.2 to 0.8 keep, the subjects, and the primary model's answers. \
                Lines that begin with warn want a look. What makes a profile unusable is an error \
                with exit status 78.
                """)

        @Argument(help: "A profile's name or folder.", completion: .profile)
        var profile: String
        @Argument(
            help: "An image or video that shows what the profile is for.", completion: .file())
        var image: String?
        @Option(
            help: ArgumentHelp(
                "Write the confidence map as a gray image.", valueName: "png"),
            completion: .file())
        var confidence: String?
        @Flag(help: "Replace an existing file.") var overwrite = false

        func run() throws {
            let profile = try Profile(folder: ProfileFinder.standard.folder(of: profile))
            let check = try ProfileCheck(profile, image: image)
            for finding in try check.findings(confidence: confidence, overwrite: overwrite) {
                try Console.output("\(finding)")
            }
        }
    }
}
