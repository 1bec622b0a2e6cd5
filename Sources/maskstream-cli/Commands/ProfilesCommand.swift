import ArgumentParser
import Foundation
import MaskStream
import MaskStreamOnnx

/// `maskstream profiles`: what profiles there are and what they hold.
struct ProfilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "List, show and check task profiles.",
        subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

    /// What `profiles list` does.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the profiles found.")

        func run() throws {
            for found in ProfileFinder.standard.profiles() {
                do {
                    let profile = try Profile(folder: found.folder)
                    print("\(found.name)  \(profile.description)  (\(found.folder))")
                } catch {
                    print("\(found.name)  unusable: \(error)  (\(found.folder))")
                }
            }
        }
    }

    /// What `profiles show NAME` does.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a profile's models, levels and labels.")

        @Argument(help: "A profile's name or folder.") var profile: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let profile = try Profile(folder: ProfileFinder.standard.folder(of: profile))
            let card = try ProfileCard(profile)
            print(json ? try card.json : card.text)
        }
    }

    /// What `profiles check NAME` does.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a profile's models and run them on a picture.")

        @Argument(help: "A profile's name or folder.") var profile: String

        func run() throws {
            let profile = try Profile(folder: ProfileFinder.standard.folder(of: profile))
            for line in try ProfileCheck(profile).lines() { print(line) }
        }
    }
}
