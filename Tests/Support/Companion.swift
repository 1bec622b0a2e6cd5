import Foundation
import MaskStream

/// A program that runs beside a test: a peer on the network, or the program itself on a live input.
///
/// It is killed with its last reference.
public final class Companion {
    private let process = Process()
    private let folder: TemporaryFolder

    /// Starts a program found on `PATH`.
    public init(_ command: [String]) throws {
        folder = try TemporaryFolder()
        let log = try folder.write(Data(), to: "err")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Starts `ffmpeg`, which reads at the pictures' own pace.
    public static func ffmpeg(_ arguments: [String]) throws -> Companion {
        try Companion(["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments)
    }

    /// What it wrote to stderr so far.
    public var errors: String {
        (try? String(contentsOfFile: folder.path("err"), encoding: .utf8)) ?? ""
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Sends a signal and waits for the end; gives the exit status.
    @discardableResult
    public func end(_ number: Int32) -> Int32 {
        signal(number)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Waits until something is so, half a minute at most; false where it never was.
    public static func wait(until isSo: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<600 {
            if try isSo() { return true }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }

    private static let givenPorts = Confined<Set<Int>>([], label: "maskstream.test.ports")

    /// A TCP and UDP port that nobody uses just now, and no other test was given.
    public static func freePort() throws -> Int {
        while true {
            let port = try unusedPort()
            if givenPorts.sync({ $0.insert(port).inserted }) { return port }
        }
    }

    private static func unusedPort() throws -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, size) == 0 && getsockname(handle, $0, &size) == 0
            }
        }
        guard isBound else { throw ProgramFailure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
