import FlyingSocks
import Glibc
import Testing

@testable import MaskStreamPreview

/// What strangers can use up, and how the server comes and goes.
@Suite struct ListenerTests {
    @Test(arguments: [
        ("nonsense\r\n\r\n", 400), ("GET\r\n\r\n", 400), ("\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: HOST\r\n\r\n", 505),
        ("GET http://HOST/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : HOST\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: HOST\r\n folded: 1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: HOST\r\nA: \u{01}\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: HOST\n\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: HOST\r\nA: b\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: HOST\r\nA: b\rC: d\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: +1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4097\r\n\r\n", 413),
        (
            "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999999999999\r\n\r\n", 413
        ),
        ("POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
    ])
    func whatIsNoRequestEndsTheConnection(text: String, status: Int) throws {
        let served = try Served(FakeStream())
        let client = try Client(port: served.port)
        try client.send(text.replacing("HOST", with: served.host))
        let answer = try client.answer()
        #expect(answer.status == status)
        #expect(answer.headers["connection"] == "close")
        #expect(client.isClosed())
    }

    @Test func headsHaveALimit() throws {
        let served = try Served(FakeStream())
        let client = try Client(port: served.port)
        try client.send("GET / HTTP/1.1\r\nHost: \(served.host)\r\nCookie: ")
        try client.send([UInt8](repeating: 97, count: RequestReader.headLimit + 4_096))
        #expect(try client.answer().status == 400)
        #expect(client.isClosed())
        // Other programs' cookies are no reason to refuse.
        let cookie = "a=\u{E9}\u{4E2D}; b=" + String(repeating: "c", count: 16_000)
        #expect(try served.ask("GET", "/", ["Cookie": cookie]).status == 200)
    }

    @Test func requestsFollowOneAnother() throws {
        let served = try Served(FakeStream())
        let client = try Client(port: served.port)
        let last = served.request("GET", "/health", ["Connection": "close"])
        let all = served.request("GET", "/status") + served.request("GET", "/none") + last
        for byte in all.utf8 { try client.send([byte]) }
        #expect(try client.answer().status == 200)
        #expect(try client.answer().status == 404)
        #expect(try client.answer().headers["connection"] == "close")
        #expect(client.isClosed())
        let old = try Client(port: served.port)
        try old.send("GET /health HTTP/1.0\r\nHost: \(served.host)\r\n\r\n")
        #expect(try old.answer().text == "ok\n")
        #expect(old.isClosed())
    }

    @Test func theSilentAreDropped() throws {
        let served = try Served(FakeStream(), limits: .init(patience: .milliseconds(200)))
        let silent = try Client(port: served.port)
        let slow = try Client(port: served.port)
        try slow.send("GET / HT")
        #expect(silent.isClosed())
        #expect(slow.isClosed())
    }

    @Test func oneMoreClosesTheOneSilentLongest() throws {
        let served = try Served(FakeStream(), limits: .init(connections: 2))
        let clients = try (0..<2).map { _ in try Client(port: served.port) }
        // Both have been heard of, the first one last.
        for client in clients.reversed() {
            try client.send(served.request("GET", "/health"))
            #expect(try client.answer().status == 200)
        }
        #expect(try served.ask("GET", "/health").status == 200)
        #expect(clients[1].isClosed())
        try clients[0].send(served.request("GET", "/health"))
        #expect(try clients[0].answer().status == 200)
    }

    @Test func aCrowdIsKeptSmall() throws {
        let served = try Served(FakeStream(), limits: .init(connections: 4))
        let crowd = try (0..<40).map { _ in try Client(port: served.port) }
        #expect(try served.ask("GET", "/health").status == 200)
        for client in crowd.prefix(36) { #expect(client.isClosed()) }
    }

    @Test func aPortInUseIsSaid() throws {
        let served = try Served(FakeStream())
        let error = #expect(throws: WatchRefusal.self) {
            try Served(FakeStream(), at: "127.0.0.1:\(served.port)")
        }
        #expect(error?.message.contains("127.0.0.1:\(served.port)") == true)
        #expect(error?.message.contains("in use") == true)
        let other = #expect(throws: WatchRefusal.self) {
            try Served(FakeStream(), at: "192.0.2.1:0")
        }
        #expect(other?.message.contains("not one of this machine's") == true)
    }

    @Test func stoppingIsQuickAtAnyMoment() throws {
        for number in 0..<50 {
            let served = try Served(FakeStream())
            if number % 3 > 0 { _ = try served.ask("GET", "/health") }
            if number % 3 > 1 { usleep(useconds_t(number * 100)) }
            let time = ContinuousClock().measure { served.server.stop() }
            #expect(time < .seconds(0.9))
        }
    }

    @Test func stoppingDropsWhatIsOpenAndFreesThePort() throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 5, jpeg: FakeStream.red) }
        let served = try Served(stream)
        let silent = try Client(port: served.port)
        let waiting = try Client(port: served.port)
        try waiting.send(served.request("GET", "/picture?after=5"))
        try #require(eventually { !stream.now.asked.isEmpty })
        let time = ContinuousClock().measure { served.server.stop() }
        #expect(time < .seconds(1))
        #expect(silent.isClosed())
        #expect(waiting.isClosed())
        served.server.stop()
        let again = try Served(stream, at: "127.0.0.1:\(served.port)")
        #expect(try again.ask("GET", "/health").status == 200)
    }
}
