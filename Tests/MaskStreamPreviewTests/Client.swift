import FlyingSocks
import Foundation
import Glibc

@testable import MaskStreamPreview

/// What the server has answered.
struct Answer {
    var status: Int
    /// By name in small letters.
    var headers: [String: String]
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A connection on which a test says exactly what it wants to say.
final class Client {
    private let socket: Socket
    private var buffer: [UInt8] = []

    init(port: UInt16) throws {
        socket = try Socket(domain: AF_INET)
        // A test fails rather than hangs.
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            socket.file.rawValue, SOL_SOCKET, SO_RCVTIMEO, &limit,
            socklen_t(MemoryLayout<timeval>.size))
        try socket.connect(to: sockaddr_in.inet(ip4: "127.0.0.1", port: port))
    }

    deinit { try? socket.close() }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        let data = Data(bytes)
        var sent = data.startIndex
        while sent < data.endIndex { sent = try socket.write(data, from: sent) }
    }

    /// The next answer; throws `SocketError.disconnected` where the server has closed.
    func answer(hasBody: Bool = true) throws -> Answer {
        let end = Array("\r\n\r\n".utf8)
        while buffer.firstRange(of: end) == nil { buffer += try socket.read(atMost: 65_536) }
        guard let range = buffer.firstRange(of: end) else { throw SocketError.disconnected }
        let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        buffer.removeSubrange(..<range.upperBound)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = hasBody ? Int(headers["content-length"] ?? "0") ?? 0 : 0
        while buffer.count < length { buffer += try socket.read(atMost: 65_536) }
        defer { buffer.removeSubrange(..<length) }
        let status = lines[0].split(separator: " ")
        return Answer(
            status: Int(status[1]) ?? 0, headers: headers, body: Array(buffer[..<length]))
    }

    /// Whether the server closes without a word.
    func isClosed() -> Bool {
        do {
            _ = try socket.read(atMost: 1)
            return false
        } catch {
            return error as? SocketError == .disconnected
        }
    }
}

/// A server on a free port of this machine.
protocol ServedPage {
    var url: String { get }
    var port: UInt16 { get }
}

/// A server of streams that are watched.
final class Served: ServedPage {
    let server: WatchServer
    let streams: WatchedStreams
    let url: String
    let port: UInt16

    init(
        _ streams: FakeStream..., at address: String = "127.0.0.1:0", allowsControl: Bool = false,
        allowsOriginal: Bool = false, token: String? = nil, limits: Listener.Limits = .init()
    ) throws {
        self.streams = WatchedStreams(streams)
        server = try WatchServer(
            address: WatchAddress(address), streams: self.streams, allowsControl: allowsControl,
            allowsOriginal: allowsOriginal, token: token, limits: limits)
        url = try server.start()
        port = UInt16(URL(string: url)?.port ?? 0)
    }

    deinit { server.stop() }

    /// Asks for a change as the page does, with some headers changed.
    func command(_ body: String, _ headers: [String: String?] = [:]) throws -> Answer {
        try ask("POST", "/control?stream=0", own.merging(headers) { $1 }, body: body)
    }
}

extension ServedPage {
    var host: String { "127.0.0.1:\(port)" }

    /// Token of the URL.
    var token: String { url.components(separatedBy: "token=").last ?? "" }

    /// One request on a connection of its own; `nil` leaves a header out.
    func ask(
        _ method: String = "GET", _ path: String, _ headers: [String: String?] = [:],
        body: String = ""
    ) throws -> Answer {
        let client = try Client(port: port)
        try client.send(request(method, path, headers, body: body))
        return try client.answer(hasBody: method != "HEAD")
    }

    func request(
        _ method: String = "GET", _ path: String, _ headers: [String: String?] = [:],
        body: String = ""
    ) -> String {
        var all: [String: String?] = ["Host": host]
        if !body.isEmpty { all["Content-Length"] = String(body.utf8.count) }
        all.merge(headers) { $1 }
        let lines = all.compactMap { name, value in value.map { "\(name): \($0)\r\n" } }
        return "\(method) \(path) HTTP/1.1\r\n\(lines.joined())\r\n\(body)"
    }

    /// The headers with which the page asks for a change.
    var own: [String: String?] {
        ["Origin": "http://\(host)", "Content-Type": "application/json"]
    }
}

/// Waits until something holds; false after ten seconds.
func eventually(_ holds: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
        if holds() { return true }
        usleep(5_000)
    }
    return false
}
