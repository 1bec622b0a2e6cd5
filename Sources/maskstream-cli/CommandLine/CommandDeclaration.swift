import ArgumentParser
import Foundation

/// What a command takes, as ArgumentParser declares it for `--experimental-dump-help`.
struct CommandDeclaration: Decodable, Sendable {
    /// An option, a flag or a positional argument.
    struct Argument: Decodable, Sendable {
        struct Name: Decodable, Sendable {
            let kind: String
            let name: String

            /// The name as it is typed.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let names: [Name]?
        let abstract: String?
        let valueName: String?
        let defaultValue: String?

        /// Its names as they are typed.
        var texts: [String] { (names ?? []).map(\.text) }
    }

    let commandName: String
    let subcommands: [CommandDeclaration]?
    let defaultSubcommand: String?
    let arguments: [Argument]?

    private struct Root: Decodable { let command: CommandDeclaration }

    /// Reads a command's declaration.
    init(of command: (some ParsableCommand).Type) throws {
        self = try JSONDecoder().decode(Root.self, from: Data(command._dumpHelp().utf8)).command
    }

    /// The declaration of the main job, read once.
    static func ofRun() throws -> CommandDeclaration { try run.get() }

    private static let run = Result { try CommandDeclaration(of: RunCommand.self) }

    /// The command that a command line names, and the words that name it.
    func named(_ words: [String]) -> (command: CommandDeclaration, path: [String]) {
        guard let name = words.first, let named = subcommand(name) else { return (self, []) }
        let (command, path) = named.named(Array(words.dropFirst()))
        return (command, [name] + path)
    }

    /// The command that is meant where no subcommand is named.
    var meant: CommandDeclaration { defaultSubcommand.flatMap(subcommand) ?? self }

    private func subcommand(_ name: String) -> CommandDeclaration? {
        subcommands?.first { $0.commandName == name }
    }

    /// The option or flag of a name as it is typed; nil where there is none.
    func argument(_ name: String) -> Argument? {
        arguments?.first { $0.texts.contains(name) }
    }
}
