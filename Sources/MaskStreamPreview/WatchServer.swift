/// Serves a page on which streams are watched and, if that is allowed, steered.
public final class WatchServer: Sendable {
    /// Prepares a server; nothing is opened before ``start()``.
    public init(
        address: WatchAddress, streams: [any Watched], allowsControl: Bool, allowsOriginal: Bool,
        token: String? = nil
    ) throws {}

    /// Listens, and gives the URL to tell the user.
    public func start() throws -> String { throw WatchRefusal("not there yet") }

    /// Stops listening and drops what is open.
    public func stop() {}
}
