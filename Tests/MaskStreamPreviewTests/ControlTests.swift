import MaskStreamPreview
import Testing

/// What changes a stream, and what must not.
@Suite struct ControlTests {
    @Test(arguments: [
        ("{\"threshold\": 0.4}", WatchCommand.threshold(0.4)),
        ("{\"threshold\":1}", .threshold(1)), ("{\"adapt\": true}", .adapt(true)),
        ("{\"pause\": false}", .pause(false)), ("{\"fill\": \"#00ff00\"}", .fill("#00ff00")),
        ("{\"profile\": \"object-id\"}", .profile("object-id")),
    ])
    func aCommandArrives(body: String, command: WatchCommand) throws {
        let streams = [FakeStream(name: "a"), FakeStream(name: "b")]
        let served = try Served(streams[0], streams[1], allowsControl: true)
        let path = "/control?stream=1"
        let answer = try served.ask("POST", path, served.own, body: body)
        #expect(answer.status == 204)
        #expect(streams[0].now.commands.isEmpty)
        #expect(streams[1].now.commands == [command])
    }

    @Test(arguments: [
        "", "{}", "[]", "0.4", "{\"threshold\": 0.4", "{\"threshold\": \"0.4\"}",
        "{\"threshold\": 1.01}", "{\"threshold\": -0.1}", "{\"threshold\": 1e999}",
        "{\"threshold\": null}", "{\"threshold\": 0.4, \"pause\": true}", "{\"pause\": 1}",
        "{\"stop\": true}", "{\"fill\": 3}",
    ])
    func whatIsNoCommandIsNot(body: String) throws {
        let stream = FakeStream()
        let answer = try Served(stream, allowsControl: true).command(body)
        #expect(answer.status == 400)
        #expect(stream.now.commands.isEmpty)
    }

    @Test func onlyThePageItselfChangesAnything() throws {
        let stream = FakeStream()
        let served = try Served(stream, allowsControl: true)
        let refused: [([String: String?], Int)] = [
            (["Origin": nil], 403), (["Origin": "null"], 403),
            (["Origin": "http://evil.example"], 403), (["Origin": "https://\(served.host)"], 403),
            (["Origin": "http://localhost:\(served.port)"], 403),
            (["Origin": "http://127.0.0.1"], 403), (["Origin": "http://127.0.0.1:1"], 403),
            (["Content-Type": nil], 415), (["Content-Type": "text/plain"], 415),
            (["Content-Type": "application/x-www-form-urlencoded"], 415),
            (["Content-Type": "text/plain; application/json"], 415),
            (["Sec-Fetch-Site": "cross-site"], 403), (["Host": "evil.example"], 421),
        ]
        for (headers, status) in refused {
            let answer = try served.command("{\"pause\": true}", headers)
            #expect(answer.status == status, "\(headers)")
        }
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
            let answer = try served.ask(method, "/control?stream=0", served.own)
            #expect(answer.status == 405, "\(method)")
            #expect(answer.headers["allow"] == "POST")
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
        #expect(stream.now.commands.isEmpty)
        #expect(
            try served.command(
                "{\"pause\": true}", ["Content-Type": "Application/JSON; charset=utf-8"]
            ).status == 204)
    }

    @Test func withoutControlEveryCommandIsForbidden() throws {
        let stream = FakeStream()
        let served = try Served(stream)
        for body in ["{\"pause\": true}", "{\"threshold\": 0.1}", ""] {
            #expect(try served.command(body).status == 403)
        }
        #expect(stream.now.commands.isEmpty)
    }

    @Test func aRefusalIsPassedOn() throws {
        let stream = FakeStream { $0.refusal = "This profile has no primary model." }
        let answer = try Served(stream, allowsControl: true).command("{\"adapt\": true}")
        #expect(answer.status == 409)
        #expect(answer.text == "This profile has no primary model.\n")
    }

    /// A page of another origin may send any body; it must not be read as a request.
    @Test(arguments: ["/status", "/none", "/control?stream=0"])
    func aRequestHiddenInABodyIsNotRead(path: String) throws {
        let stream = FakeStream()
        let served = try Served(stream, allowsControl: true)
        let hidden = served.request(
            "POST", "/control?stream=0", served.own, body: "{\"pause\": true}")
        for body in [hidden, String(repeating: hidden, count: 100)] {
            let client = try Client(port: served.port)
            try client.send(
                served.request(
                    "POST", path, ["Origin": "http://evil.example", "Content-Type": "text/plain"],
                    body: body))
            #expect(try client.answer().status >= 400)
            try? client.send(served.request("GET", "/health"))
            let next = try? client.answer()
            #expect(next == nil || next?.text == "ok\n")
        }
        #expect(stream.now.commands.isEmpty)
    }
}
