public import Foundation

/// An HTTP server that takes one upload and answers it.
public final class UploadServer: Sendable {
    private let handle: Int32
    /// Where an upload goes.
    public let port: Int
    private nonisolated(unsafe) var received: [UInt8] = []
    private let ended = DispatchSemaphore(value: 0)

    /// Listens on a free port.
    ///
    /// - Parameters:
    ///   - answer: what is sent when the upload is complete, as `HTTP/1.1 200 OK\r\n\r\n`; nil closes
    ///     the connection without a word.
    ///   - limit: answers after so many bytes already, and takes no more.
    public init(answer: String?, limit: Int = .max) throws {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.handle = handle
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, size) == 0 && getsockname(handle, $0, &size) == 0
                    && listen(handle, 1) == 0
            }
        }
        guard isListening else { throw ProgramFailure(description: "no free port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            let peer = accept(handle, nil, nil)
            guard peer >= 0 else { return }
            take(from: peer, limit)
            if let answer { _ = answer.withCString { send(peer, $0, strlen($0), 0x4000) } }
            // What was sent too much would take the answer away.
            shutdown(peer, Int32(SHUT_WR))
            var rest = [UInt8](repeating: 0, count: 1 << 16)
            while limit < .max, read(peer, &rest, rest.count) > 0 {}
            close(peer)
            ended.signal()
        }
    }

    deinit {
        shutdown(handle, Int32(SHUT_RDWR))
        close(handle)
    }

    private func take(from peer: Int32, _ limit: Int) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while received.count < limit, !received.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8)) {
            let count = read(peer, &buffer, buffer.count)
            guard count > 0 else { return }
            received += buffer[..<count]
        }
    }

    /// The request's header and what its chunks held, once the connection is closed.
    public func request() -> (header: String, body: Data) {
        ended.wait()
        ended.signal()
        let end = received.indices.first { received[$0...].starts(with: Array("\r\n\r\n".utf8)) }
        let header = String(decoding: received[..<(end ?? received.count)], as: UTF8.self)
        var body = Data()
        var rest = received[((end ?? received.count - 4) + 4)...]
        while let line = rest.firstIndex(of: 13),
            let count = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), count > 0,
            rest.count >= count + 4
        {
            body += rest[(line + 2)...].prefix(count)
            rest = rest[(line + 2)...].dropFirst(count + 2)
        }
        return (header, body)
    }
}
