import Foundation

/// A server on a port of this machine that says the same to whoever connects, or nothing at all.
public final class Answerer: Sendable {
    private let handle: Int32

    /// Listens; without an `answer` connections are left waiting, and of further ones not even
    /// taken notice.
    public init(port: Int, answer: String? = nil) throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard Self.address(port, { bind(handle, $0, $1) }) == 0, listen(handle, 0) == 0 else {
            throw ProgramFailure(description: "port \(port) is taken")
        }
        guard let answer else {
            try fill(port)
            return
        }
        Thread.detachNewThread { [handle] in
            while case let peer = accept(handle, nil, nil), peer >= 0 {
                var question = [UInt8](repeating: 0, count: 4096)
                _ = read(peer, &question, question.count)
                _ = answer.withCString { send(peer, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                close(peer)
            }
        }
    }

    deinit {
        shutdown(handle, Int32(SHUT_RDWR))
        close(handle)
    }

    /// Connects until nobody else can.
    private func fill(_ port: Int) throws {
        for _ in 0..<4 {
            let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            _ = Self.address(port) { connect(peer, $0, $1) }
        }
        Thread.sleep(forTimeInterval: 0.1)
    }

    private static func address(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
