/// Serves a page on which an analysis is looked at, corrected and rendered.
///
/// Whoever asks has to know a token, also on this machine. A frame is shown as rendering makes it
/// with the edits that are in force, never with others, so that every edit that shows something has
/// its line in the folder before it does.
///
/// - `GET /`: the page.
/// - `GET /timeline?from=0&to=60`: a ``ReviewTimeline`` of bounded size; without times of the whole.
/// - `GET /moment?frame=12`, `GET /moment?at=0.48`: a ``ReviewMoment``.
/// - `GET /picture?frame=12&view=masked`: a JPEG; `view=original` where that is allowed, else 403.
/// - `GET /edits`: all edits as JSON; their tag is `ETag`.
/// - `PUT /edits`: replaces them if their tag is still the one in `If-Match`, else 412; 422 with a
///   sentence for what is no edit, 204 with the new `ETag` when they are on the disk.
/// - `GET /rendering`, `POST /rendering`: how far it is; `{"run": true}` begins, `false` stops it.
/// - `GET /health`: 200. Needs no token, and says nothing else.
package final class ReviewServer: Sendable {
    /// Bytes of all edits at most: some ten thousand regions.
    private static let longestEdits = 1 << 20

    private let server: PageServer
    private let review: any Reviewed
    private let allowsOriginal: Bool

    /// Prepares a server; nothing is opened before ``start()``.
    ///
    /// - Parameters:
    ///   - address: where to listen.
    ///   - review: what is looked at.
    ///   - allowsOriginal: whether viewers may see ``WatchView/original``.
    package init(address: WatchAddress, review: any Reviewed, allowsOriginal: Bool) throws {
        var limits = Listener.Limits()
        limits.body = Self.longestEdits
        server = try PageServer(address: address, token: Access.randomToken(), limits: limits)
        self.review = review
        self.allowsOriginal = allowsOriginal
    }

    /// Listens, and gives the URL to show the user, with the token.
    ///
    /// - Throws: ``WatchRefusal`` where the address cannot be listened on, such as a port in use.
    package func start() throws -> String {
        try server.start { access, _ in
            ReviewSite(access: access, review: review, allowsOriginal: allowsOriginal).answer
        }
    }

    /// Stops listening and drops what is open; the port is free afterwards.
    package func stop() { server.stop() }
}
