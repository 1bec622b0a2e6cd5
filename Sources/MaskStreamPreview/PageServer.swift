import FlyingSocks
import Glibc
import MaskStream

/// Listens where a page is served, and hands on the requests.
final class PageServer: Sendable {
    private let address: WatchAddress
    private let token: String?
    private let limits: Listener.Limits
    private let listener = Confined<Listener?>(nil, label: "maskstream.watch.listener")

    /// Prepares a server; nothing is opened before ``start(_:)``.
    ///
    /// - Throws: ``WatchRefusal`` where the token is shorter than 16 characters or has others than
    ///   letters, digits and `-._~`.
    init(address: WatchAddress, token: String?, limits: Listener.Limits) throws {
        if let token, !Access.isToken(token) {
            throw WatchRefusal(
                "a token needs at least 16 characters, and only letters, digits and -._~")
        }
        self.address = address
        self.token = token
        self.limits = limits
    }

    deinit { stop() }

    /// Listens, and gives the URL to show the user, with the token where one is needed.
    ///
    /// - Parameter site: gives what answers the requests, for the rules of the address.
    /// - Throws: ``WatchRefusal`` where the address cannot be listened on, such as a port in use.
    func start(
        _ site: (Access, WatchQueue) -> @Sendable (Request) async -> Response
    ) throws -> String {
        let (socket, port) = try listen()
        let access = Access(address: address.on(port: port), token: token)
        let queue = WatchQueue()
        let listener = Listener(
            socket, limits: limits, queue: queue, answer: site(access, queue))
        self.listener.sync { $0 = listener }
        listener.start()
        return access.url
    }

    /// Stops listening and drops what is open; the port is free afterwards.
    func stop() {
        listener.sync { listener in
            defer { listener = nil }
            return listener
        }?.stop()
    }

    private func listen() throws -> (socket: Socket, port: UInt16) {
        var opened: Socket?
        do {
            let socket = try Socket(domain: address.isVersion6 ? AF_INET6 : AF_INET)
            opened = socket
            // Children of the program must not keep the port.
            _ = fcntl(socket.file.rawValue, F_SETFD, FD_CLOEXEC)
            try socket.setValue(true, for: .localAddressReuse)
            if address.isVersion6 {
                try socket.bind(to: sockaddr_in6.inet6(ip6: address.host, port: address.port))
            } else {
                try socket.bind(to: sockaddr_in.inet(ip4: address.host, port: address.port))
            }
            try socket.listen()
            switch try socket.sockname() {
            case .ip4(_, let port), .ip6(_, let port): return (socket, port)
            case .unix: throw SocketError.unsupportedAddress
            }
        } catch {
            try? opened?.close()
            throw WatchRefusal("cannot serve on \(address): \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard case SocketError.failed(_, let code, let message) = error else { return "\(error)" }
        return switch code {
        case EADDRINUSE: "the port is in use; give another, or 0 for any that is free"
        case EADDRNOTAVAIL: "the address is not one of this machine's"
        case EACCES: "ports below 1024 need more rights"
        default: message
        }
    }
}
