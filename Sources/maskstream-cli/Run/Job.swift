import Foundation
import MaskStream
import MaskStreamFFmpeg

/// One input and where its output goes.
struct Job: Sendable {
    /// The input as it was given.
    let input: String
    /// The output as FFmpeg is told; nil where none is wanted.
    let output: String?
    /// Whether it is one of several.
    var isOneOfSeveral = false

    /// Whether the input is a folder of pictures.
    var isFolder: Bool { Self.isFolder(input) }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// Whether the input comes from the world and does not wait for others.
    var isLive: Bool { InputOptions(input).isLive }

    /// The jobs of a command line.
    ///
    /// - Throws: `MaskStreamError` 64 where two outputs have one name, 73 where the folder for
    ///   outputs cannot be made.
    static func all(of command: RunCommand) throws -> [Job] {
        let isSeveral = command.inputs.count > 1
        guard let folder = command.options.outputDir else {
            return command.inputs.map {
                Job(input: $0, output: command.output.output, isOneOfSeveral: isSeveral)
            }
        }
        let format = command.output.format
        let names = try command.inputs.map { try outputName(of: $0, format: format) }
        for (index, name) in names.enumerated() {
            guard let first = names.firstIndex(of: name), first != index else { continue }
            let pair = [first, index].map { withoutCredentials(command.inputs[$0]) }
            throw MaskStreamError(
                .usage, "two outputs would be \(folder)/\(name) (\(pair.joined(separator: ", ")))",
                hint: "run them apart, with an --output-dir each")
        }
        if !command.options.dryRun { try make(folder) }
        return zip(command.inputs, names).map {
            Job(input: $0, output: "\(folder)/\($1)", isOneOfSeveral: isSeveral)
        }
    }

    /// The name of an input's output in the folder of outputs.
    static func outputName(of input: String, format: String?) throws -> String {
        let options = InputOptions(input)
        guard input != "-" else {
            throw MaskStreamError(
                .usage, "what comes from stdin has no name for --output-dir", hint: "use -o")
        }
        let ending = format ?? "mkv"
        guard let url = URL(string: input), input.contains("://") else {
            let name = (input as NSString).lastPathComponent
            let isWhole = !(name as NSString).pathExtension.isEmpty || isFolder(input)
            return isWhole ? name : "\(name).\(ending)"
        }
        guard url.path.count > 1 else {
            let parts = [url.host(), url.port.map(String.init)].compactMap { $0 }
            return "\(parts.joined(separator: "-")).\(ending)"
        }
        let name = url.lastPathComponent as NSString
        let stem = name.deletingPathExtension
        return options.isLive || name.pathExtension.isEmpty ? "\(stem).\(ending)" : String(name)
    }

    /// Makes the folder of outputs, in a folder that exists.
    private static func make(_ folder: String) throws {
        guard !isFolder(folder) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
        } catch {
            throw MaskStreamError(
                .cannotCreate, "the folder for outputs cannot be made (\(folder))",
                hint: "make the folder above it first", underlying: error)
        }
    }
}
