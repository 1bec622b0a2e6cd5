public import Foundation

/// A folder for one test's files; it goes with its last reference.
public final class TemporaryFolder: Sendable {
    /// Where the folder is.
    public let url: URL

    /// Makes a new empty folder.
    public init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("maskstream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in the folder.
    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file and tells its path.
    public func write(_ data: Data, to name: String) throws -> String {
        try data.write(to: url.appendingPathComponent(name))
        return path(name)
    }
}

/// What a program left behind.
public struct ProgramResult: Sendable {
    /// The exit status.
    public let status: Int32
    /// Everything it wrote to stdout.
    public let output: Data
    /// Everything it wrote to stderr.
    public let errors: String
    /// stdout as lines of text.
    public var lines: [String] {
        String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }
}

/// A program that failed where a test needs it to succeed.
public struct ProgramFailure: Error, CustomStringConvertible {
    /// What was run and what it said.
    public let description: String

    /// Tells of a failure.
    public init(description: String) { self.description = description }
}

/// Runs a program found on `PATH` and waits for it.
public func runProgram(_ arguments: [String], input: Data? = nil) throws -> ProgramResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    // Files instead of pipes: no reader can be too slow, whatever the program writes.
    let folder = try TemporaryFolder()
    for name in ["in", "out", "err"] { _ = try folder.write(Data(), to: name) }
    if let input { _ = try folder.write(input, to: "in") }
    process.standardInput = try FileHandle(forReadingFrom: folder.url.appendingPathComponent("in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.url.appendingPathComponent("out"))
    process.standardError = try FileHandle(forWritingTo: folder.url.appendingPathComponent("err"))
    try process.run()
    process.waitUntilExit()
    return ProgramResult(
        status: process.terminationStatus,
        output: try Data(contentsOf: folder.url.appendingPathComponent("out")),
        errors: String(
            decoding: try Data(contentsOf: folder.url.appendingPathComponent("err")),
            as: UTF8.self))
}

/// Clips made on the fly by the `ffmpeg` program, and what it says about files.
public enum Clips {
    /// A source of `lavfi` pictures: `testsrc2` with a size, a rate and a length in seconds.
    public static func testSource(
        _ size: String = "64x48", rate: String = "25", seconds: Double = 1
    ) -> [String] {
        // The source itself makes even sizes only.
        let sides = size.split(separator: "x").compactMap { Int($0) }
        let drawn = sides.map { max(16, $0 + $0 % 2) }.map(String.init).joined(separator: "x")
        let fit = drawn == size ? "" : ",format=yuv444p,scale=\(size.replacing("x", with: ":"))"
        return [
            "-f", "lavfi", "-i", "testsrc2=size=\(drawn):rate=\(rate):duration=\(seconds)\(fit)",
        ]
    }

    /// A tone of the given length.
    public static func tone(seconds: Double = 1) -> [String] {
        ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=\(seconds)"]
    }

    /// Runs `ffmpeg` with arguments that end in the output's name, and tells its path.
    @discardableResult
    public static func make(
        _ name: String, in folder: TemporaryFolder, _ arguments: [String]
    ) throws -> String {
        let path = folder.path(name)
        try ffmpeg(arguments + [path])
        return path
    }

    /// Runs `ffmpeg -v error -y` and gives back what it wrote to stdout.
    @discardableResult
    public static func ffmpeg(_ arguments: [String]) throws -> Data {
        try succeed(["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments).output
    }

    /// The decoded pictures of a file as raw bytes, rows without padding.
    public static func rawVideo(_ path: String, pixelFormat: String) throws -> Data {
        try ffmpeg([
            "-noautorotate", "-i", "file:\(path)", "-map", "0:V:0", "-fps_mode", "passthrough",
            "-f", "rawvideo", "-pix_fmt", pixelFormat, "-",
        ])
    }

    /// The lines of `ffprobe -of csv=p=0` for some arguments.
    public static func probe(_ path: String, _ arguments: [String]) throws -> [String] {
        try succeed(["ffprobe", "-v", "error", "-of", "csv=p=0"] + arguments + [path]).lines
            .map { line in
                // A trailing comma stands for side data that was not asked for.
                line.hasSuffix(",") ? String(line.dropLast()) : line
            }
    }

    private static func succeed(_ command: [String]) throws -> ProgramResult {
        let result = try runProgram(command)
        guard result.status == 0 else {
            throw ProgramFailure(
                description: command.joined(separator: " ") + ": " + result.errors)
        }
        return result
    }
}
