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
    private let server: PageServer
    private let streams: WatchedStreams
    private let allowsControl: Bool
    private let allowsOriginal: Bool

    /// Prepares a server; nothing is opened before ``start()``.
    ///
    /// - Parameters:
    ///   - address: where to listen.
    ///   - streams: what can be watched.
    ///   - allowsControl: whether viewers may steer.
    ///   - allowsOriginal: whether viewers may see ``WatchView/original``.
    ///   - token: what viewers have to know. Without one, a random one of 128 bits is made for an
    ///     address that others can reach, and none for this machine alone.
    /// - Throws: ``WatchRefusal`` where the token is shorter than 16 characters or has others than
    ///   letters, digits and `-._~`.
    public convenience init(
        address: WatchAddress, streams: WatchedStreams, allowsControl: Bool, allowsOriginal: Bool,
        token: String? = nil
    ) throws {
        try self.init(
            address: address, streams: streams, allowsControl: allowsControl,
            allowsOriginal: allowsOriginal, token: token, limits: Listener.Limits())
    }

    init(
        address: WatchAddress, streams: WatchedStreams, allowsControl: Bool, allowsOriginal: Bool,
        token: String?, limits: Listener.Limits
    ) throws {
        server = try PageServer(address: address, token: token, limits: limits)
        self.streams = streams
        self.allowsControl = allowsControl
        self.allowsOriginal = allowsOriginal
    }

    /// Listens, and gives the URL to show the user, with the token where one is needed.
    ///
    /// Returns as soon as browsers can connect.
    ///
    /// - Throws: ``WatchRefusal`` where the address cannot be listened on, such as a port in use.
    public func start() throws -> String {
        try server.start { access, queue in
            WatchSite(
                access: access, streams: streams, allowsControl: allowsControl,
                allowsOriginal: allowsOriginal, queue: queue
            ).answer
        }
    }

    /// Stops listening and drops what is open; the port is free afterwards.
    public func stop() { server.stop() }
}
