import ArgumentParser
import MaskStream

/// The command of each row of a table: the command line with the row's own options behind it, read by
/// the same parser.
struct RowCommands {
    /// A row's command, and where its output goes.
    struct Row {
        let command: RunCommand
        let words: [String]
        let input: String
        let output: String?
    }

    /// The command line without `--inputs`.
    private let words: [String]
    /// Rows with the same options have the same command; most tables have few.
    private var parsed: [[String]: RunCommand] = [:]

    /// Takes the words behind the program's name.
    init(words: [String]) {
        var rest = words[...]
        if rest.first == RunCommand.configuration.commandName { rest.removeFirst() }
        var others: [String] = []
        while let word = rest.popFirst() {
            if word == "--inputs" {
                rest = rest.dropFirst()
            } else if !word.hasPrefix("--inputs=") {
                others.append(word)
            }
        }
        self.words = others
    }

    /// The command of a row.
    ///
    /// - Throws: `MaskStreamError` 64 for what the command line refuses, and for options that are the
    ///   whole command's.
    mutating func command(of row: InputTable.Row) throws -> Row {
        try refuseOthers(row.options)
        let own = row.options + (row.profile.map { ["--profile", $0] } ?? [])
        let isNamed = row.output != nil
        let key = own + [isNamed ? "named" : ""]
        let known = try parsed[key] ?? parse(own, isNamed: isNamed)
        parsed[key] = known
        var command = known
        command.inputs = [row.input]
        guard let folder = command.output.outputDir else {
            command.common.output = row.output
            return Row(
                command: command, words: words + own, input: row.input, output: row.output)
        }
        let name = try row.output ?? Job.outputName(of: row.input, format: command.output.format)
        // Behind a link, even `..` after a folder may lead elsewhere.
        guard !name.hasPrefix("/"), !name.contains("://"),
            !name.split(separator: "/").contains("..")
        else {
            throw MaskStreamError(
                .usage, "the output is not below --output-dir (\(name))",
                hint: "give a relative path without .., or leave --output-dir out")
        }
        return Row(
            command: command, words: words + own, input: row.input, output: "\(folder)/\(name)")
    }

    /// Refuses what is no option of one input.
    private func refuseOthers(_ options: [String]) throws {
        let command = try CommandDeclaration.ofRun()
        for word in options where word.hasPrefix("-") {
            let names = command.argument(String(word.prefix { $0 != "=" }))?.texts ?? []
            guard ResultOptions.others.union(["--help", "--version"]).isDisjoint(with: names) else {
                throw MaskStreamError(
                    .usage, "\(word) is no option of one input",
                    hint: "give it on the command line, or in a column of its own")
            }
        }
    }

    private func parse(_ own: [String], isNamed: Bool) throws -> RunCommand {
        var words = words + own
        // A folder of outputs stands for the row's output, which is put in later.
        let isStandIn = isNamed && !words.contains { $0.hasPrefix("--output-dir") }
        words += (isStandIn ? ["--output-dir", "out"] : []) + ["--", "input"]
        let check = CommandLineCheck(words, declared: CommandDeclaration.ofRun)
        do {
            try check.validate()
            var command = try RunCommand.parse(words)
            guard command.inputs == ["input"] else {
                throw MaskStreamError(
                    .usage, "the options hold an input: \(command.inputs[0])",
                    hint: "put a value with spaces between quotation marks")
            }
            if isStandIn { command.output.outputDir = nil }
            return command
        } catch let error as MaskStreamError {
            throw error
        } catch {
            throw check.error(RunCommand.message(for: error))
        }
    }
}
