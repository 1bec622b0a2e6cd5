import Foundation

/// An answer with the headers that every answer of the server has.
struct Response: Sendable {
    /// What became of the request.
    enum Status: Int, Sendable {
        case ok = 200
        case noContent = 204
        case badRequest = 400
        case unauthorized = 401
        case forbidden = 403
        case notFound = 404
        case methodNotAllowed = 405
        case conflict = 409
        case lengthRequired = 411
        case preconditionFailed = 412
        case contentTooLarge = 413
        case unsupportedMediaType = 415
        case misdirectedRequest = 421
        case unprocessableContent = 422
        case preconditionRequired = 428
        case internalServerError = 500
        case serviceUnavailable = 503
        case versionNotSupported = 505

        /// The words of RFC 9110.
        var phrase: String {
            switch self {
            case .ok: "OK"
            case .noContent: "No Content"
            case .badRequest: "Bad Request"
            case .unauthorized: "Unauthorized"
            case .forbidden: "Forbidden"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .conflict: "Conflict"
            case .lengthRequired: "Length Required"
            case .preconditionFailed: "Precondition Failed"
            case .contentTooLarge: "Content Too Large"
            case .unsupportedMediaType: "Unsupported Media Type"
            case .misdirectedRequest: "Misdirected Request"
            case .unprocessableContent: "Unprocessable Content"
            case .preconditionRequired: "Precondition Required"
            case .internalServerError: "Internal Server Error"
            case .serviceUnavailable: "Service Unavailable"
            case .versionNotSupported: "HTTP Version Not Supported"
            }
        }
    }

    var status: Status
    var type: String?
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    /// An answer with a body of a media type.
    init(_ status: Status, _ type: String, _ body: [UInt8]) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// An answer in a sentence; without one the status speaks for itself.
    init(_ status: Status, _ sentence: String? = nil) {
        self.status = status
        guard status != .noContent else { return }
        type = "text/plain; charset=utf-8"
        body = Array(((sentence ?? status.phrase) + "\n").utf8)
    }

    /// A value as JSON, with names in snake case; numbers that are not finite are strings.
    init(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self.init(.ok, "application/json", Array(try encoder.encode(value)))
    }

    /// A page that may use its own style and script and ask its own server, nothing else.
    ///
    /// - Parameters:
    ///   - page: the page's source.
    ///   - nonce: what marks its own style and script, different for every response.
    ///   - cookie: what lets the browser in from now on.
    init(page: String, nonce: String, cookie: String?) {
        self.init(.ok, "text/html; charset=utf-8", Array(page.utf8))
        headers["Content-Security-Policy"] = """
            default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; \
            img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
            frame-ancestors 'none'
            """
        headers["Set-Cookie"] = cookie
    }

    /// The same answer with a further header.
    func with(_ name: String, _ value: String) -> Response {
        var response = self
        response.headers[name] = value
        return response
    }

    /// What no page of ours needs, and none of anybody else's may do with our answers.
    private static let common = [
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    ]

    /// The bytes to send.
    ///
    /// - Parameters:
    ///   - keepsOpen: whether a further request may follow.
    ///   - isHead: whether the method was HEAD, which wants no body.
    func encoded(keepsOpen: Bool, isHead: Bool = false) -> Data {
        var lines = Self.common.merging(headers) { $1 }
        if let type { lines["Content-Type"] = type }
        if status != .noContent { lines["Content-Length"] = String(body.count) }
        lines["Connection"] = keepsOpen ? "keep-alive" : "close"
        var head = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\n"
        for (name, value) in lines.sorted(by: { $0.key < $1.key }) {
            head += "\(name): \(value)\r\n"
        }
        head += "\r\n"
        return Data(head.utf8) + (isHead ? [] : body)
    }
}
