import FlyingSocks

/// Reads one request after the other from a connection, each to its end and within limits.
struct RequestReader {
    /// The longest head: cookies of every program on the same host are in it.
    static let headLimit = 32_768

    private static let emptyLine = Array("\r\n\r\n".utf8)

    let socket: AsyncSocket
    private let bodyLimit: Int
    private var buffer: [UInt8] = []

    /// Reads from a connection; no body may be longer than `bodyLimit` bytes.
    init(_ socket: AsyncSocket, bodyLimit: Int) {
        self.socket = socket
        self.bodyLimit = bodyLimit
    }

    /// The next request; nil where the other side has closed the connection before one.
    ///
    /// - Throws: ``Malformed`` for what is no request or too long, else the socket's error.
    mutating func next() async throws -> Request? {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstRange(of: Self.emptyLine) {
                return try await request(upTo: end)
            }
            guard buffer.count < Self.headLimit else { throw Malformed(.badRequest) }
            searched = max(0, buffer.count - 3)
            do {
                buffer += try await socket.read(atMost: 4_096)
            } catch SocketError.disconnected where buffer.isEmpty {
                return nil
            }
        }
    }

    private mutating func request(upTo end: Range<Int>) async throws -> Request {
        var request = try Request(head: buffer[..<end.lowerBound])
        buffer.removeSubrange(..<end.upperBound)
        let length = try request.bodyLength(limit: bodyLimit)
        while buffer.count < length { buffer += try await socket.read(atMost: 4_096) }
        request.body = Array(buffer[..<length])
        buffer.removeSubrange(..<length)
        return request
    }

    /// Reads what is still on its way and forgets it, so that closing does not cut the answer off.
    mutating func drain(atMost limit: Int = 1 << 20) async {
        var left = limit
        while left > 0, let bytes = try? await socket.read(atMost: 4_096) { left -= bytes.count }
    }
}
