internal import CFFmpeg
import Foundation
import MaskStream

/// An output that is sent to an HTTP server in one request, whose answer decides whether it is done.
///
/// FFmpeg's own protocol ends an upload without waiting for the answer. The connection is FFmpeg's
/// (`tcp`, `tls`); the request is a `POST` in chunks (RFC 9112, 7.1).
final class HTTPUpload: ByteWriter {
    private var connection: UnsafeMutablePointer<AVIOContext>?
    private let shown: String
    private let interrupt: MediaInterrupt
    private var answer: Result<Void, MaskStreamError>?

    /// Seconds that a server may take for its answer, which comes when it has stored the upload.
    private static let answerTimeout = 60.0
    /// Seconds for the answer of a server that takes no more.
    private static let refusalTimeout = 5.0
    private static let longestAnswer = 1 << 16

    /// Whether a URL is one of HTTP.
    static func takes(_ url: String) -> Bool {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        return (scheme == "http" || scheme == "https") && url.contains("://")
    }

    /// Connects and sends the request's header.
    ///
    /// Wraps `avio_open2`.
    ///
    /// - Throws: `MaskStreamError` with code `cannotCreate` where nobody answers.
    init(_ url: String, shown: String, interrupt: MediaInterrupt) throws {
        self.shown = shown
        self.interrupt = interrupt
        super.init()
        let request = Request(url)
        var callback = interrupt.callback
        let code = avio_open2(
            &connection, request.connection, AVIO_FLAG_READ_WRITE, &callback, nil)
        guard code >= 0 else { throw OutputFailure.creating(code, shown) }
        let sent = send(Array(request.header.utf8))
        guard sent >= 0 else { throw OutputFailure.creating(sent, shown) }
    }

    deinit { avio_closep(&connection) }

    private func send(_ bytes: [UInt8]) -> Int32 {
        guard let connection else { return ms_averror(EPIPE) }
        return ms_connection_write(connection, bytes, Int32(bytes.count))
    }

    /// Sends a chunk.
    override func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        // An empty chunk would end the request.
        guard !bytes.isEmpty else { return 0 }
        let code = send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10])
        guard code < 0 else { return Int32(bytes.count) }
        // Nobody reads from a pipe here: the connection was closed.
        return code == ms_averror(EPIPE) ? ms_averror(ECONNRESET) : code
    }

    /// Ends the request, unless sending has failed, and waits for the answer.
    ///
    /// - Throws: `MaskStreamError` with code `inputOutput` where it is not one of success.
    func finish(after error: Int32) throws {
        defer { avio_closep(&connection) }
        if error >= 0, answer == nil {
            interrupt.setTimeout(Self.answerTimeout)
            defer { interrupt.setTimeout(nil) }
            _ = send(Array("0\r\n\r\n".utf8))
            answer = readAnswer()
        }
        try checkAnswer()
        guard error >= 0 else { return }
        guard case .success = answer else {
            throw MaskStreamError(
                .inputOutput, "the server did not say that it has the output (\(shown))",
                hint: "check the server, and whether what it has is whole")
        }
    }

    /// Throws the server's refusal; where it has said nothing, nothing.
    ///
    /// A server that refuses an upload may say so and close the connection before it is complete.
    func checkAnswer() throws {
        if answer == nil {
            interrupt.setTimeout(Self.refusalTimeout)
            defer { interrupt.setTimeout(nil) }
            answer = readAnswer()
        }
        try answer?.get()
    }

    private func readAnswer() -> Result<Void, MaskStreamError>? {
        while let status = readStatus() {
            // An interim answer is followed by another.
            guard let code = status.code, !(100..<200).contains(code) else { continue }
            guard !(200..<300).contains(code) else { return .success(()) }
            return .failure(
                MaskStreamError(
                    .inputOutput, "the server refused the output: \(status.text) (\(shown))",
                    hint: Self.hint(code)))
        }
        return nil
    }

    private static func hint(_ code: Int) -> String {
        switch code {
        case 300..<400: "the server wants it elsewhere: give the URL that it redirects to"
        case 401, 403: "check the user name and the password, or the signature, in the URL"
        case 404, 405, 411, 501: "check that the URL takes an upload by POST in chunks"
        default: "the server's log may say why"
        }
    }

    /// The next status line, its header read as well; nil where none comes.
    private func readStatus() -> (text: String, code: Int?)? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]), bytes.count < Self.longestAnswer {
            var byte: UInt8 = 0
            guard let connection, ms_connection_read(connection, &byte, 1) == 1 else { break }
            bytes.append(byte)
        }
        let line = String(decoding: bytes.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].hasPrefix("HTTP/") else { return nil }
        let text = words[1].filter { !$0.isNewline }.prefix(100)
        return (String(text), Int(text.prefix { $0.isNumber }))
    }
}

/// The request of an upload, as its URL says.
private struct Request {
    /// Where FFmpeg connects to.
    let connection: String
    /// The request's header with its last empty line.
    let header: String

    init(_ url: String) {
        let isSecure = url.lowercased().hasPrefix("https")
        let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let place = rest[authority.endIndex...].prefix { $0 != "#" }
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        // An IPv6 address has colons of its own, between brackets.
        let isNumbered = (host.lastIndex(of: "]").map { host[$0...] } ?? host).contains(":")
        let port = isNumbered ? "" : isSecure ? ":443" : ":80"
        connection = "\(isSecure ? "tls" : "tcp")://\(host)\(port)"
        var lines = [
            "POST \(Self.quoted(place.hasPrefix("/") ? place : "/" + place)) HTTP/1.1",
            "Host: \(Self.quoted(host))", "User-Agent: maskstream", "Accept: */*",
            "Content-Type: application/octet-stream", "Transfer-Encoding: chunked",
            "Connection: close",
        ]
        if let at {
            let user = String(authority[..<at]).removingPercentEncoding ?? String(authority[..<at])
            lines.append("Authorization: Basic \(Data(user.utf8).base64EncodedString())")
        }
        header = lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// What is no visible ASCII would end the line.
    private static func quoted(_ text: some StringProtocol) -> String {
        text.utf8.map { byte in
            (0x21...0x7E).contains(byte)
                ? String(UnicodeScalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
