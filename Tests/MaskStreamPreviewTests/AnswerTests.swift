import Foundation
import MaskStreamPreview
import Testing

/// What each endpoint answers.
@Suite struct AnswerTests {
    @Test func statusIsJSONInSnakeCase() throws {
        let stream = FakeStream { facts in
            facts.status.frame = 7
            facts.status.fps = .nan
            facts.status.subjects = [.init(label: nil), .init(label: "dog", confidence: 0.5)]
            facts.status.samples = (0..<8).map {
                .init(frame: $0, time: Double($0), threshold: 0.5, kept: 0.25)
            }
        }
        let served = try Served(stream)
        let answer = try served.ask("GET", "/status?stream=0&since=6")
        #expect(answer.headers["content-type"] == "application/json")
        #expect(
            answer.text == """
                {"adapts":false,"bounds":{"max":0.9,"min":0.1},"captured":0,"dropped":0,\
                "fill":"","fills":[],"fps":"nan","frame":7,"input":"clip.mp4","is_healthy":true,\
                "kept":0,"late":0,"missed":0,"primary":"","profile":"light","profiles":[],\
                "samples":[{"frame":7,"kept":0.25,"threshold":0.5,"time":7}],"state":"running",\
                "subjects":[{},{"confidence":0.5,"label":"dog"}],"threshold":0.5,"time":0}
                """)
        let all = try served.ask("GET", "/status")
        #expect(all.text.components(separatedBy: "\"kept\":0.25").count == 1 + 8)
    }

    @Test func healthIsOneWord() throws {
        let streams = [FakeStream(), FakeStream()]
        let served = try Served(streams[0], streams[1])
        #expect(try served.ask("GET", "/health").status == 200)
        streams[1].update { $0.status.isHealthy = false }
        let answer = try served.ask("GET", "/health")
        #expect(answer.status == 503)
        #expect(answer.text == "not ok\n")
    }

    @Test func streamsComeAndGoAndKeepTheirNumbers() throws {
        let served = try Served(FakeStream(name: "a"), FakeStream(name: "b"))
        func names(_ paths: String...) throws -> [String] {
            try paths.map { path in
                let answer = try served.ask("GET", path)
                let name = answer.text.firstMatch(of: /"input":"(.)"/)?.1
                return name.map(String.init) ?? "\(answer.status)"
            }
        }
        #expect(try names("/status", "/status?stream=1", "/status?stream=2") == ["a", "b", "404"])
        served.streams.remove(0)
        #expect(served.streams.add(FakeStream(name: "c")) == 2)
        #expect(
            try names("/status", "/status?stream=0", "/status?stream=1", "/status?stream=2")
                == ["b", "404", "b", "c"])
        let page = try served.ask("GET", "/").text
        #expect(page.contains(#"/snapshot?stream=1""#) && page.contains(#"data-stream="2""#))
        #expect(!page.contains(#"data-stream="0""#))
        let metrics = try served.ask("GET", "/metrics").text
        #expect(metrics.contains(#"{stream="1",input="b""#))
        #expect(metrics.contains(#"{stream="2",input="c""#))
        #expect(!metrics.contains(#"stream="0""#))
        served.streams.remove(1)
        served.streams.remove(2)
        #expect(try names("/status", "/status?stream=1") == ["404", "404"])
        #expect(try served.ask("GET", "/").status == 200)
    }

    @Test func aSnapshotIsTheMaskedPictureAsAFile() throws {
        let stream = FakeStream()
        let served = try Served(stream)
        #expect(try served.ask("GET", "/snapshot").status == 404)
        stream.update { $0.picture = WatchImage(frame: 12, jpeg: FakeStream.red) }
        let answer = try served.ask("GET", "/snapshot?stream=0&view=original")
        #expect(answer.body == FakeStream.red)
        #expect(
            answer.headers["content-disposition"] == "attachment; filename=\"maskstream-12.jpg\"")
        #expect(Set(stream.now.asked) == [.masked])
    }

    @Test func originalsAreShownOnlyWhereAllowed() throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 0, jpeg: FakeStream.red) }
        let closed = try Served(stream)
        for path in ["/picture?view=original", "/picture?stream=0&view=original&after=3"] {
            #expect(try closed.ask("GET", path).status == 403)
        }
        #expect(stream.now.asked.isEmpty)
        #expect(try !closed.ask("GET", "/").text.contains("original"))
        let open = try Served(stream, allowsOriginal: true)
        #expect(try open.ask("GET", "/picture?view=original").body == FakeStream.red)
        #expect(try open.ask("GET", "/").text.contains("data-view=\"original\""))
    }

    @Test func thePageHasOnlyWhatIsAllowed() throws {
        let name = "<img src=x onerror=alert(1)>\"'&\u{202E}"
        let page = try Served(FakeStream(name: name), FakeStream()).ask("GET", "/").text
        #expect(!page.contains("<img"))
        #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\u{FFFD}"))
        for part in ["id=\"threshold\"", "id=\"pause\"", "id=\"fill\"", "/control"] {
            #expect(!page.contains(part), "\(part)")
        }
        let steered = try Served(FakeStream(), allowsControl: true).ask("GET", "/").text
        #expect(steered.contains("id=\"threshold\""))
        #expect(!steered.contains("aria-label=\"Streams\""))
    }

    @Test func thePageRunsNothingButItsOwn() throws {
        let served = try Served(FakeStream())
        let pages = try (0..<2).map { _ in try served.ask("GET", "/") }
        let policies = pages.compactMap { $0.headers["content-security-policy"] }
        #expect(policies.count == 2 && policies[0] != policies[1])
        for (page, policy) in zip(pages, policies) {
            #expect(policy.hasPrefix("default-src 'none'; script-src 'nonce-"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            let nonce = policy.components(separatedBy: "'nonce-")[1].prefix { $0 != "'" }
            #expect(page.text.components(separatedBy: "nonce=\"\(nonce)\"").count == 1 + 2)
            #expect(!page.text.contains("style="))
            let addresses = page.text.components(separatedBy: "://").count - 1
            #expect(addresses == 1, "only the icon's namespace")
        }
    }

    @Test(arguments: ["/", "/status", "/picture", "/health", "/none", "/control"])
    func everyAnswerIsForItsOwnPageAlone(path: String) throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 0, jpeg: FakeStream.red) }
        let headers = try Served(stream).ask("GET", path).headers
        #expect(headers["cache-control"] == "no-store")
        #expect(headers["cross-origin-resource-policy"] == "same-origin")
        #expect(headers["cross-origin-opener-policy"] == "same-origin")
        #expect(headers["referrer-policy"] == "no-referrer")
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        #expect(headers["access-control-allow-origin"] == nil)
    }

    @Test(arguments: [
        ("GET", "/none", 404), ("GET", "//", 404), ("GET", "/status?stream=1", 404),
        ("GET", "/status?stream=-1", 404), ("GET", "/status?stream=x", 404),
        ("GET", "/status?stream=%00", 404), ("GET", "/status?since=x", 400),
        ("GET", "/status?since=", 400), ("GET", "/picture?after=x", 400),
        ("GET", "/picture?view=none", 400), ("GET", "/picture?view=", 400),
        ("POST", "/", 405), ("PUT", "/picture", 405), ("DELETE", "/status", 405),
        ("get", "/", 405), ("HEAD", "/", 200), ("HEAD", "/snapshot", 200),
    ])
    func otherwise(method: String, path: String, status: Int) throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 0, jpeg: FakeStream.red) }
        #expect(try Served(stream).ask(method, path).status == status)
    }
}
