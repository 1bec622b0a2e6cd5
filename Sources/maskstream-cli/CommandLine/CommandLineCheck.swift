import Foundation
import MaskStream

extension CommandLine {
    /// The words behind the program's name; bytes that are no UTF-8 are kept, as in names of files.
    static var words: [String] {
        (1..<max(1, Int(argc))).compactMap { index in
            unsafeArgv[index].map { String(original: UnsafePointer($0)) }
        }
    }
}

/// The words of the command line, looked at beside the parser.
///
/// The parser takes the value of a misspelt option for an input and reports what follows from that.
/// This finds the option itself, and what the parser accepts without a word.
struct CommandLineCheck {
    private let words: [String]
    /// The words before `--`, among which options are.
    private let open: [String]
    /// What may be given.
    private let declared: () throws -> CommandDeclaration

    /// Takes the words behind the program's name, and what they may be.
    init(_ words: [String], declared: @escaping () throws -> CommandDeclaration) {
        self.words = words
        self.declared = declared
        open = Array(words.prefix { $0 != "--" })
    }

    // MARK: Before parsing

    /// Options that name what is written: of two values one would never come to be.
    private static let written: Set<String> = [
        "--output", "--output-dir", "--events", "--report", "--receipt", "--certificate",
        "--json", "--confidence", "--keep-analysis",
    ]

    /// Refuses empty words, and two values for one output.
    ///
    /// - Throws: `MaskStreamError` with code `usage`.
    func validate() throws {
        // Shells ask for completions with words that are not complete.
        guard words.first?.hasPrefix("---") != true else { return }
        if let place = words.indices.first(where: isEmpty) {
            let name = words[place].isEmpty ? place > 0 ? words[place - 1] : "" : words[place]
            throw MaskStreamError(
                .usage,
                name.hasPrefix("-")
                    ? "an empty value (\(name.replacing("=", with: "")))" : "an empty argument",
                hint: "give a value; a variable of the shell may be unset")
        }
        let names = open.map(Self.name).filter(Self.written.contains)
        for name in Set(names) where names.count(where: { $0 == name }) > 1 {
            let command = try declared().named(open).command.meant
            guard command.argument(name)?.kind == "option" else { continue }
            throw MaskStreamError(
                .usage, "\(name) is given twice", hint: "give it once: a run writes one of each")
        }
    }

    private func isEmpty(_ place: Int) -> Bool {
        let word = words[place]
        guard word.hasPrefix("--") else { return word.isEmpty }
        return word.firstIndex(of: "=") == word.index(before: word.endIndex)
    }

    /// A word without a value that is attached to it; `-o` is `--output`.
    private static func name(_ word: String) -> String {
        word == "-o" ? "--output" : String(word.prefix { $0 != "=" })
    }

    // MARK: After the parser failed

    /// The error for a command line that the parser refuses: the cause where it is found, else what
    /// the parser says.
    func error(_ message: String) -> MaskStreamError {
        let lines = message.split(whereSeparator: \.isNewline)
        let said = lines.first.map { $0.prefix(1).lowercased() + $0.dropFirst() } ?? ""
        do {
            let (named, path) = try declared().named(open)
            let program = (["maskstream"] + path).joined(separator: " ")
            let command = named.meant
            let help =
                ([program] + (named.defaultSubcommand.map { [$0] } ?? []) + ["--help"])
                .joined(separator: " ")
            return misspelt(named, behind: path.count, program) ?? wrongOption(command, help)
                ?? wrongValue(said, command) ?? missing(said, command, help)
                ?? MaskStreamError(.usage, said, hint: "\(help) shows the options")
        } catch {
            // The declarations cannot be read: the parser's own words are left.
            return MaskStreamError(.usage, said, hint: "maskstream --help shows the options")
        }
    }

    /// A word that is no file and nearly a subcommand.
    private func misspelt(
        _ command: CommandDeclaration, behind place: Int, _ program: String
    ) -> MaskStreamError? {
        let names = (command.subcommands ?? []).map(\.commandName)
        guard !names.isEmpty, open.indices.contains(place), open[place].allSatisfy(\.isLetter),
            FileIdentity(open[place]) == nil,
            let close = CloseNames.of(open[place], among: names).first
        else { return nil }
        return MaskStreamError(
            .usage, "no such command or file (\(open[place]))",
            hint: "did you mean \(program) \(close)?")
    }

    /// The first option that the command does not have, or whose value begins with a dash.
    private func wrongOption(_ command: CommandDeclaration, _ help: String) -> MaskStreamError? {
        var option: CommandDeclaration.Argument?
        for word in open where word.hasPrefix("-") && word != "-" {
            let name = String(word.prefix { $0 != "=" })
            if let known = command.argument(name) {
                option = name == word && known.kind == "option" ? known : nil
                continue
            }
            let isNumber = word.dropFirst().first.map { $0.isNumber || $0 == "." } == true
            if isNumber, let option, isBehind(option, word) { return Self.invalid(word, option) }
            guard FileIdentity(word) == nil else {
                return MaskStreamError(
                    .usage, "unknown option \(word)",
                    hint: "if the file is meant: ./\(word)")
            }
            let close = Self.closest(name, in: command)
            return MaskStreamError(
                .usage, "unknown option \(name)" + (close.map { "; did you mean \($0)?" } ?? ""),
                hint: "\(help) shows the options")
        }
        return nil
    }

    private func isBehind(_ option: CommandDeclaration.Argument, _ word: String) -> Bool {
        open.indices.dropFirst().contains {
            open[$0] == word && option.texts.contains(open[$0 - 1])
        }
    }

    private static func closest(_ name: String, in command: CommandDeclaration) -> String? {
        let bare = String(name.drop { $0 == "-" })
        let names = (command.arguments ?? []).flatMap { $0.names ?? [] }
            .filter { $0.name.count > 1 }
        guard bare.count > 1, let close = CloseNames.of(bare, among: names.map(\.name)).first
        else { return nil }
        return names.first { $0.name == close }?.text
    }

    private static func invalid(
        _ value: String, _ option: CommandDeclaration.Argument
    ) -> MaskStreamError {
        let name = "\(option.texts.last ?? "") <\(option.valueName ?? "value")>"
        return MaskStreamError(
            .usage, "the value '\(value)' is invalid for '\(name)'",
            hint: "\(name): \(option.abstract ?? "")")
    }

    /// A value that the option does not take: the option's help says which it does.
    private func wrongValue(_ said: String, _ command: CommandDeclaration) -> MaskStreamError? {
        guard let place = said.firstRange(of: " is invalid for '"), !said.contains("Please") else {
            return nil
        }
        let shown = said[place.upperBound...].prefix { $0 != "'" }
        guard let option = command.argument(String(shown.prefix { $0 != " " })) else { return nil }
        return MaskStreamError(.usage, said, hint: "\(shown): \(option.abstract ?? "")")
    }

    /// A required argument that is not there.
    private func missing(
        _ said: String, _ command: CommandDeclaration, _ help: String
    ) -> MaskStreamError? {
        let lead = "missing expected argument '"
        guard said.hasPrefix(lead), said.hasSuffix("'") else { return nil }
        let name = said.dropFirst(lead.count).dropLast()
        return MaskStreamError(
            .usage, "missing \(name)",
            hint: name.hasPrefix("--profile")
                ? "name the task, as --profile face-emotion; maskstream profiles list shows which "
                    + "there are" : "\(help) shows what it takes")
    }
}
