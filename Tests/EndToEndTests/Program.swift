import Foundation
import MaskStreamTestSupport
import Testing

/// The built program.
enum Program {
    /// The top of the checkout.
    static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// `MASKSTREAM_PROGRAM`, else the release build.
    static let path =
        ProcessInfo.processInfo.environment["MASKSTREAM_PROGRAM"]
        ?? checkout + "/.build/release/maskstream"

    /// A clip of `samples/`.
    static func sample(_ name: String) -> String { "\(checkout)/samples/\(name)" }

    /// The words of a command that runs the program, for at most five minutes.
    static func command(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> [String] {
        guard FileManager.default.isExecutableFile(atPath: path) else { throw NotBuilt() }
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ["timeout", "-k", "10", "300", "env"] + variables + [path] + arguments
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: Data? = nil
    ) throws -> ProgramResult {
        try runProgram(command(arguments, environment: environment), input: input)
    }

    /// Starts the program beside the test, to be sent signals.
    static func start(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Companion {
        guard FileManager.default.isExecutableFile(atPath: path) else { throw NotBuilt() }
        return try Companion(environment.map { "\($0)=\($1)" } + [path] + arguments)
    }

    /// There is no program to test.
    struct NotBuilt: Error, CustomStringConvertible {
        var description: String {
            "\(path) is missing: run Scripts/test, or swift build -c release"
        }
    }
}

/// Runs the program, which must end with a status; a failure is told as an `error:` and a `hint:`
/// line that hold all of `words` between them, and nothing goes to stdout.
@discardableResult
func expectStatus(
    _ status: Int32, _ arguments: [String], environment: [String: String] = [:],
    input: Data? = nil, says words: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> ProgramResult {
    let result = try Program.run(arguments, environment: environment, input: input)
    #expect(
        result.status == status, "\(arguments.joined(separator: " "))\n\(result.errors)",
        sourceLocation: sourceLocation)
    guard status != 0 else { return result }
    let lines = result.errors.split(whereSeparator: \.isNewline)
    let error = lines.filter { $0.hasPrefix("error: ") }.joined(separator: "\n")
    #expect(!error.isEmpty, "no error: line\n\(result.errors)", sourceLocation: sourceLocation)
    let hint = lines.filter { $0.hasPrefix("hint: ") }.joined(separator: "\n")
    #expect(!hint.isEmpty, "no hint: line\n\(result.errors)", sourceLocation: sourceLocation)
    for word in words {
        #expect(
            (error + hint).contains(word), "\(word)\n\(result.errors)",
            sourceLocation: sourceLocation)
    }
    #expect(result.output.isEmpty, "data on stdout", sourceLocation: sourceLocation)
    return result
}

/// One test's folder with a small clip and a small profile.
struct Workbench {
    let folder: TemporaryFolder
    /// A profile whose confidence is the picture's luma, cut at a half.
    let light: String
    /// Ten moving pictures of 64x48 with a tone.
    let clip: String

    init() throws {
        folder = try TemporaryFolder()
        light = try TestProfile().write(to: folder, as: "light")
        clip = try Clips.make(
            "clip.mkv", in: folder,
            Clips.testSource(rate: "10") + Clips.tone()
                + ["-c:v", "ffv1", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"])
    }

    /// A path in the folder.
    func path(_ name: String) -> String { folder.path(name) }

    /// Whether there is something of a name in the folder.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// The command line that masks an input losslessly into a file of the folder.
    func masking(_ input: String, to name: String, _ more: [String] = []) -> [String] {
        [input, "--profile", light, "-o", path(name)] + more
    }

    /// Masks an input losslessly and gives the output's path.
    func mask(_ input: String, to name: String, _ more: [String] = []) throws -> String {
        try expectStatus(0, masking(input, to: name, ["--codec", "ffv1"] + more))
        return path(name)
    }
}
