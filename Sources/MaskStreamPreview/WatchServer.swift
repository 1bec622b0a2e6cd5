import FlyingSocks
import Foundation
import Glibc
import MaskStream

/// Serves a page on which streams are watched and, if that is allowed, steered.
///
/// Viewers pull: each asks for the next image when it has shown the last one, gets the newest, and
/// slows nobody down. All work is done on threads of the server's own.
///
/// - `GET /`: the page.
/// - `GET /picture?stream=0&view=masked&after=12`: a JPEG newer than a frame, whose number is in
///   `Maskstream-Frame`; 204 where none comes within two seconds.
/// - `GET /status?stream=0&since=12`: a ``WatchStatus``.
/// - `POST /control?stream=0`: a ``WatchCommand`` such as `{"threshold": 0.4}`; 204 when done, 409
///   with a sentence when refused.
/// - `GET /snapshot?stream=0`: the newest masked image, as a download.
/// - `GET /health`: 200 or 503. Needs no token, and says nothing else.
/// - `GET /metrics`: the counts in Prometheus' text format.
public final class WatchServer: Sendable {
    private let address: WatchAddress
    private let streams: [any Watched]
    private let allowsControl: Bool
    private let allowsOriginal: Bool
    private let token: String?
    private let limits: Listener.Limits
    private let listener = Confined<Listener?>(nil, label: "maskstream.watch.listener")

    /// Prepares a server; nothing is opened before ``start()``.
    ///
    /// - Parameters:
    ///   - address: where to listen.
    ///   - streams: what can be watched, at least one.
    ///   - allowsControl: whether viewers may steer.
    ///   - allowsOriginal: whether viewers may see ``WatchView/original``.
    ///   - token: what viewers have to know. Without one, a random one of 128 bits is made for an
    ///     address that others can reach, and none for this machine alone.
    /// - Throws: ``WatchRefusal`` where the token is shorter than 16 characters or has others than
    ///   letters, digits and `-._~`.
    public convenience init(
        address: WatchAddress, streams: [any Watched], allowsControl: Bool, allowsOriginal: Bool,
        token: String? = nil
    ) throws {
        try self.init(
            address: address, streams: streams, allowsControl: allowsControl,
            allowsOriginal: allowsOriginal, token: token, limits: Listener.Limits())
    }

    init(
        address: WatchAddress, streams: [any Watched], allowsControl: Bool, allowsOriginal: Bool,
        token: String?, limits: Listener.Limits
    ) throws {
        if let token, !Access.isToken(token) {
            throw WatchRefusal(
                "a token needs at least 16 characters, and only letters, digits and -._~")
        }
        self.address = address
        self.streams = streams
        self.allowsControl = allowsControl
        self.allowsOriginal = allowsOriginal
        self.token = token
        self.limits = limits
    }

    deinit { stop() }

    /// Listens, and gives the URL to show the user, with the token where one is needed.
    ///
    /// Returns as soon as browsers can connect.
    ///
    /// - Throws: ``WatchRefusal`` where the address cannot be listened on, such as a port in use.
    public func start() throws -> String {
        let (socket, port) = try listen()
        let access = Access(address: address.on(port: port), token: token)
        let queue = WatchQueue()
        let site = WatchSite(
            access: access, streams: streams, allowsControl: allowsControl,
            allowsOriginal: allowsOriginal, queue: queue)
        let listener = Listener(socket, limits: limits, queue: queue, answer: site.answer)
        self.listener.sync { $0 = listener }
        listener.start()
        return access.url
    }

    /// Stops listening and drops what is open; the port is free afterwards.
    public func stop() {
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
