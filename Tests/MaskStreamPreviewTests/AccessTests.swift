import Testing

@testable import MaskStreamPreview

/// Who is let in, over a real socket.
@Suite struct AccessTests {
    @Test(arguments: [
        ("localhost", 200), ("LOCALHOST", 200), ("127.0.0.1", 200), ("[::1]", 200),
        ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.", 421),
        ("127.0.0.2", 421), ("0.0.0.0", 421), ("", 421),
    ])
    func onlyNamesOfThisMachineAreAnswered(name: String, status: Int) throws {
        let served = try Served(FakeStream())
        for path in ["/", "/status", "/metrics", "/health"] {
            let answer = try served.ask("GET", path, ["Host": "\(name):\(served.port)"])
            #expect(answer.status == status, "\(path)")
            #expect(status == 200 || !answer.text.contains("clip"))
        }
    }

    @Test func thePortIsPartOfTheName() throws {
        let served = try Served(FakeStream())
        for host in ["localhost", "localhost:1", "localhost:\(served.port)0", "localhost:"] {
            #expect(try served.ask("GET", "/", ["Host": host]).status == 421, "\(host)")
        }
        #expect(try served.ask("GET", "/", ["Host": nil]).status == 400)
    }

    /// An address that others reach goes by that address alone; every address by any name.
    @Test(arguments: [
        ("192.168.1.5:8080", "192.168.1.5:8080", false),
        ("192.168.1.5:80", "192.168.1.5", false),
        ("192.168.1.5:8080", "192.168.1.5", true),
        ("192.168.1.5:8080", "localhost:8080", true),
        ("192.168.1.5:8080", "evil.example:8080", true),
        ("[2001:db8::7]:8080", "[2001:db8::7]:8080", false),
        ("[2001:db8::7]:8080", "[::1]:8080", true),
        ("0.0.0.0:8080", "any.example:8080", false),
        ("[::]:8080", "any.example:8080", false),
    ])
    func otherAddresses(address: String, host: String, isRefused: Bool) throws {
        let access = Access(address: try WatchAddress(address), token: nil)
        let token = try #require(access.token)
        let request = try Request(
            head: "GET / HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(token)".utf8)
        #expect(access.refusal(of: request)?.status == (isRefused ? .misdirectedRequest : nil))
        let bare = try Request(head: "GET / HTTP/1.1\r\nHost: \(host)".utf8)
        #expect(
            access.refusal(of: bare)?.status == (isRefused ? .misdirectedRequest : .unauthorized))
    }

    @Test(arguments: ["/", "/status", "/picture", "/snapshot", "/metrics", "/control", "/none"])
    func withoutTheTokenNothingIsTold(path: String) throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 0, jpeg: FakeStream.red) }
        let served = try Served(stream, at: "0.0.0.0:0", allowsControl: true)
        let wrong = String(repeating: "0", count: 32)
        let tries: [(String, [String: String?])] = [
            (path, [:]), ("\(path)?token=\(wrong)", [:]), ("\(path)?token=", [:]),
            ("\(path)?token=\(served.token)0", [:]), (path, ["Authorization": "Bearer \(wrong)"]),
            (path, ["Authorization": "Basic \(served.token)"]),
            (path, ["Cookie": "maskstream-\(served.port)=\(wrong)"]),
            (path, ["Cookie": "maskstream-1=\(served.token)"]),
        ]
        for (path, headers) in tries {
            for method in ["GET", "POST"] {
                let answer = try served.ask(method, path, headers)
                #expect(answer.status == 401, "\(method) \(path)")
                #expect(!answer.text.contains("clip"))
                #expect(!answer.text.contains(served.token))
            }
        }
        #expect(stream.now.asked.isEmpty)
        #expect(try served.ask("GET", "/health").text == "ok\n")
    }

    @Test func theTokenOpensThePageAndThePageOpensTheRest() throws {
        let served = try Served(FakeStream(), at: "0.0.0.0:0", allowsControl: true)
        #expect(served.token.count == 32)
        #expect(served.token.allSatisfy { $0.isHexDigit })
        let page = try served.ask("GET", "/?token=\(served.token)")
        #expect(page.status == 200)
        #expect(!page.text.contains(served.token))
        let cookie = try #require(page.headers["set-cookie"])
        #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
        let pair = String(cookie.prefix { $0 != ";" })
        for headers in [
            ["Cookie": "other=1; \(pair)"], ["Authorization": "Bearer \(served.token)"],
        ] {
            #expect(try served.ask("GET", "/status", headers).status == 200)
            #expect(try served.ask("GET", "/metrics", headers).status == 200)
            #expect(try served.command("{\"pause\": true}", headers).status == 204)
        }
        // The token of the address is for the page alone: it would stay in logs and histories.
        #expect(try served.ask("GET", "/status?token=\(served.token)").status == 401)
    }

    @Test func aTokenCanBeGivenAndHasToBeOne() throws {
        let token = "correct-horse_battery~staple.1"
        let served = try Served(FakeStream(), token: token)
        #expect(served.url == "http://127.0.0.1:\(served.port)/?token=\(token)")
        #expect(try served.ask("GET", "/").status == 401)
        #expect(try served.ask("GET", "/?token=\(token)").status == 200)
        for text in [
            "", "short", "with a space in between", "semi;colon;semi;colon", "ümläut-ümläut",
        ] {
            #expect(throws: WatchRefusal.self, "\(text)") { try Served(FakeStream(), token: text) }
        }
    }

    @Test func onThisMachineNoTokenIsNeeded() throws {
        let served = try Served(FakeStream())
        #expect(served.url == "http://127.0.0.1:\(served.port)/")
        let page = try served.ask("GET", "/")
        #expect(page.status == 200)
        #expect(page.headers["set-cookie"] == nil)
    }

    @Test(arguments: [
        ("same-origin", "cors", "/picture", true), ("none", "navigate", "/snapshot", true),
        ("cross-site", "navigate", "/", true), ("cross-site", "no-cors", "/picture", false),
        ("cross-site", "navigate", "/snapshot", false), ("same-site", "cors", "/status", false),
        ("cross-site", "no-cors", "/", false), ("cross-site", "cors", "/metrics", false),
    ])
    func otherSitesAreTurnedAway(site: String, mode: String, path: String, isLetIn: Bool) throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 0, jpeg: FakeStream.red) }
        let answer = try Served(stream).ask(
            "GET", path, ["Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode])
        #expect(answer.status == (isLetIn ? 200 : 403))
    }
}
