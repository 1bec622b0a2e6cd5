import FlyingSocks
import Glibc

/// Where the page is served: an address of this machine and a port.
public struct WatchAddress: Sendable, Equatable, CustomStringConvertible {
    /// The literal IPv4 or IPv6 address, without brackets.
    public let host: String
    /// The port; 0 takes any that is free.
    public let port: UInt16
    let isVersion6: Bool

    /// Reads `HOST:PORT`, `[v6]:PORT` or `:PORT`.
    ///
    /// The host is `localhost` or a literal address. Without one only this machine is served, as
    /// with `127.0.0.1`; every address of the machine is `0.0.0.0`, or `[::]` with IPv6.
    ///
    /// - Throws: ``WatchRefusal`` that names the text and what is expected.
    public init(_ text: String) throws(WatchRefusal) {
        let refusal = WatchRefusal(
            """
            '\(text)' is not an address to serve on: give HOST:PORT, where HOST is localhost, an \
            IPv4 address or an IPv6 address in brackets, and PORT is 0 to 65535
            """)
        guard let colon = text.lastIndex(of: ":") else { throw refusal }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 &- 48 < 10 }),
            let port = UInt16(digits)
        else { throw refusal }
        let name = text[..<colon]
        self.port = port
        if name.hasPrefix("["), name.hasSuffix("]") {
            let literal = String(name.dropFirst().dropLast())
            guard let address = try? sockaddr_in6.inet6(ip6: literal, port: port),
                case .ip6(let host, _) = try? Socket.makeAddress(from: address.makeStorage())
            else { throw refusal }
            (self.host, isVersion6) = (host, true)
        } else {
            let literal = name.isEmpty || name.lowercased() == "localhost" ? "127.0.0.1" : name
            guard (try? sockaddr_in.inet(ip4: String(literal), port: port)) != nil else {
                throw refusal
            }
            (self.host, isVersion6) = (String(literal), false)
        }
    }

    private init(host: String, port: UInt16, isVersion6: Bool) {
        (self.host, self.port, self.isVersion6) = (host, port, isVersion6)
    }

    /// The same address with another port.
    func on(port: UInt16) -> WatchAddress {
        WatchAddress(host: host, port: port, isVersion6: isVersion6)
    }

    /// Whether only this machine can connect.
    public var isLoopback: Bool { isVersion6 ? host == "::1" : host.hasPrefix("127.") }

    /// Whether it stands for every address of the machine.
    public var isWildcard: Bool { host == (isVersion6 ? "::" : "0.0.0.0") }

    /// The address as it stands in a URL.
    public var description: String { "\(literal):\(port)" }

    /// The host as it stands in a URL.
    var literal: String { isVersion6 ? "[\(host)]" : host }
}
