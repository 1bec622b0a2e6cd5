import Foundation

/// A request that is well formed; whether it is allowed is another question.
struct Request: Sendable {
    var method: String
    /// The path as it came, without the query.
    var path: String
    /// The query's values, decoded; the first of several with one name.
    var query: [String: String] = [:]
    /// The header's values by name in small letters.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Whether a further request may follow on the same connection.
    var keepsOpen = true

    /// Headers that must not come twice, because two readers could then see two requests.
    private static let single: Set = [
        "authorization", "content-length", "content-type", "host", "origin", "transfer-encoding",
    ]

    /// Reads a request's head: everything before the empty line.
    ///
    /// - Throws: ``Malformed`` with the status to answer with.
    init(head: some Collection<UInt8>) throws(Malformed) {
        let lines = String(decoding: head, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        // Bytes above 127 may stand in other programs' cookies; controls stand nowhere, nor does
        // half a line break, where another reader could begin a new line (RFC 9112, 2.2).
        guard
            lines.allSatisfy({ $0.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 } })
        else { throw Malformed(.badRequest) }
        let start = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard start.count == 3, !start[0].isEmpty, start[1].hasPrefix("/") else {
            throw Malformed(.badRequest)
        }
        method = String(start[0])
        let target = start[1].split(separator: "?", maxSplits: 1)
        path = String(target[0])
        if target.count > 1 { query = Self.query(target[1]) }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), Self.isToken(line[..<colon]) else {
                throw Malformed(.badRequest)
            }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if let before = headers[name] {
                guard !Self.single.contains(name) else { throw Malformed(.badRequest) }
                headers[name] = before + (name == "cookie" ? "; " : ", ") + value
            } else {
                headers[name] = value
            }
        }
        switch start[2] {
        case "HTTP/1.1":
            keepsOpen = headers["connection"]?.lowercased() != "close"
            guard headers["host"] != nil else { throw Malformed(.badRequest) }
        case "HTTP/1.0": keepsOpen = false
        default: throw Malformed(.versionNotSupported)
        }
    }

    /// How many bytes follow the head.
    func bodyLength(limit: Int) throws(Malformed) -> Int {
        guard headers["transfer-encoding"] == nil else { throw Malformed(.lengthRequired) }
        guard let text = headers["content-length"] else { return 0 }
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- 48 < 10 }) else {
            throw Malformed(.badRequest)
        }
        guard let length = Int(text), length <= limit else { throw Malformed(.contentTooLarge) }
        return length
    }

    /// The characters that a header's name may have (RFC 9110, 5.6.2).
    private static func isToken(_ name: Substring) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func query(_ text: Substring) -> [String: String] {
        text.split(separator: "&").reduce(into: [:]) { query, item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(parts[0]).removingPercentEncoding, query[name] == nil else {
                return
            }
            query[name] = parts.count > 1 ? String(parts[1]).removingPercentEncoding : ""
        }
    }
}

/// A request that cannot be read; the connection is closed after the answer, because nobody knows
/// where the next request begins.
struct Malformed: Error {
    let status: Response.Status

    init(_ status: Response.Status) { self.status = status }
}
