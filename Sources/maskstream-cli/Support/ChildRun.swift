import Foundation
import MaskStream

/// One finished run of a program, with what the kernel counted for it.
struct ChildRun {
    /// Seconds from start to end.
    let wall: Double
    /// Seconds of processor time, all threads.
    let cpu: Double
    /// The largest resident size in mebibytes.
    let peakMemory: Double
    /// What it wrote to its standard error.
    let errorText: String

    /// Runs a program to its end.
    ///
    /// Wraps `posix_spawnp` and `wait4`.
    ///
    /// The file `output` is its descriptor 3, its standard error goes to `log`, and `started` is called
    /// with its process ID as soon as it runs.
    ///
    /// - Throws: ``MaskStreamError`` with code `unavailable` if it cannot be started, with its own
    ///   exit status' meaning if it fails.
    init(
        _ arguments: [String], output: TemporaryFile? = nil, log: TemporaryFile? = nil,
        started: (pid_t) -> Void = { _ in }
    ) throws {
        let log = try log ?? TemporaryFile()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, log.descriptor, STDERR_FILENO)
        if let output { posix_spawn_file_actions_adddup2(&actions, output.descriptor, 3) }
        var words: [UnsafeMutablePointer<CChar>?] =
            arguments.map { $0.withOriginalCString { strdup($0) } } + [nil]
        defer { words.forEach { free($0) } }
        var child = pid_t()
        let start = Uptime.now
        let failure = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
        guard failure == 0 else {
            throw MaskStreamError(
                .unavailable,
                "\(arguments[0]) cannot be started: \(String(cString: strerror(failure)))",
                hint: "install it: sudo apt-get install \(arguments[0])")
        }
        started(child)
        var status: Int32 = 0
        var usage = rusage()
        while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
        wall = Uptime.seconds(from: start)
        cpu = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        peakMemory = Double(usage.ru_maxrss) / 1024
        errorText = try String(contentsOfFile: log.path, encoding: .utf8)
        guard status == 0 else {
            let code = MaskStreamError.Code(rawValue: status >> 8 & 255) ?? .software
            let lines = errorText.split(whereSeparator: \.isNewline)
            func said(_ mark: String) -> String? {
                lines.last { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
            }
            throw MaskStreamError(
                code,
                said("error: ")
                    ?? "\(arguments.joined(separator: " ")) failed: \(errorText.suffix(400))",
                hint: said("hint: "))
        }
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
