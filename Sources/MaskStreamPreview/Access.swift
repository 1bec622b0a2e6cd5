import Foundation

/// Who may ask what: the rules that stand before every endpoint.
struct Access: Sendable {
    /// The address that is listened on, with its real port.
    let address: WatchAddress
    /// What a viewer has to know; nil where everybody on this machine may look.
    let token: String?

    /// The rules of an address; one that others can reach never goes without a token.
    init(address: WatchAddress, token: String?) {
        self.address = address
        self.token = token ?? (address.isLoopback ? nil : Self.randomToken())
    }

    /// 128 random bits from the system.
    static func randomToken() -> String {
        var system = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0 ... .max, using: &system), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether a text can be a token: long enough, and the same in a URL, a header and a cookie.
    static func isToken(_ text: String) -> Bool {
        text.utf8.count >= 16
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, 45, 46, 95, 126: true
                default: false
                }
            }
    }

    /// The address to open in a browser, with the token where one is needed.
    var url: String {
        let host = address.isWildcard ? ProcessInfo.processInfo.hostName : address.literal
        return "http://\(host):\(address.port)/" + (token.map { "?token=\($0)" } ?? "")
    }

    /// What keeps a request out; nil lets it in.
    func refusal(of request: Request) -> Response? {
        guard isOwnHost(request) else {
            return Response(.misdirectedRequest, "This server does not go by that name.")
        }
        if request.path == "/health" { return nil }
        guard !isFromElsewhere(request) else {
            return Response(.forbidden, "Other sites may not ask.")
        }
        guard isKnown(request) else {
            return Response(
                .unauthorized, "Open the address that maskstream has printed: it ends in a token."
            ).with("WWW-Authenticate", "Bearer")
        }
        return nil
    }

    /// What keeps a request from changing anything; nil lets it.
    ///
    /// A form or a script of another origin can neither forge `Origin` nor send JSON unasked.
    func refusalToChange(_ request: Request) -> Response? {
        guard let host = request.headers["host"], request.headers["origin"] == "http://\(host)"
        else {
            return Response(.forbidden, "Origin has to be this server's own.")
        }
        let type = request.headers["content-type"]?.split(separator: ";").first
        guard type?.lowercased() == "application/json" else {
            return Response(.unsupportedMediaType, "The body has to be application/json.")
        }
        return nil
    }

    /// The header that lets a browser in that has opened the page with the token.
    ///
    /// Cookies are shared by all ports of a host: the name keeps two servers apart.
    func cookie(for request: Request) -> String? {
        guard let token, isSame(request.query["token"], as: token) else { return nil }
        return "\(cookieName)=\(token); Path=/; HttpOnly; SameSite=Strict"
    }

    /// Whether `Host` is one of the names that the address stands for.
    ///
    /// A name that its owner has let point here (DNS rebinding) is not, so that no page of that
    /// name is of the same origin. Behind `0.0.0.0` any name may be right; there the token keeps
    /// such a page out.
    private func isOwnHost(_ request: Request) -> Bool {
        guard let host = request.headers["host"]?.lowercased() else { return address.isWildcard }
        if address.isWildcard { return true }
        let names = [address.literal] + (address.isLoopback ? Self.loopbackNames : [])
        return names.contains { name in
            host == "\(name):\(address.port)" || address.port == 80 && host == name
        }
    }

    private static let loopbackNames = ["localhost", "127.0.0.1", "[::1]"]

    /// Whether a browser says that another site asks.
    ///
    /// Following a link to the page is no harm; everything else is the page's own business.
    private func isFromElsewhere(_ request: Request) -> Bool {
        switch request.headers["sec-fetch-site"] {
        case nil, "same-origin", "none": false
        default: request.path != "/" || request.headers["sec-fetch-mode"] != "navigate"
        }
    }

    private func isKnown(_ request: Request) -> Bool {
        guard let token else { return true }
        if request.path == "/", isSame(request.query["token"], as: token) { return true }
        if let given = request.headers["authorization"], given.lowercased().hasPrefix("bearer ") {
            return isSame(String(given.dropFirst(7)), as: token)
        }
        let prefix = cookieName + "="
        return (request.headers["cookie"] ?? "").split(separator: ";").contains { cookie in
            let cookie = cookie.drop { $0 == " " }
            return cookie.hasPrefix(prefix)
                && isSame(String(cookie.dropFirst(prefix.count)), as: token)
        }
    }

    private var cookieName: String { "maskstream-\(address.port)" }

    /// Compares in a time that reveals nothing of the token but its length.
    private func isSame(_ given: String?, as token: String) -> Bool {
        guard let given, given.utf8.count == token.utf8.count else { return false }
        return zip(given.utf8, token.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
