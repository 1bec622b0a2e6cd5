import Foundation
import MaskStream
import MaskStreamPreview
import Testing

/// What a review's server answers, and to whom.
@Suite struct ReviewSiteTests {
    private static let paths = [
        "/", "/timeline", "/moment?frame=1", "/picture?frame=1", "/picture?frame=1&view=original",
        "/edits", "/rendering",
    ]

    @Test(arguments: paths)
    func withoutTheTokenNothingIsTold(path: String) throws {
        let review = FakeReview()
        let served = try ServedReview(review, allowsOriginal: true)
        let wrong = String(repeating: "0", count: 32)
        let tries: [[String: String?]] = [
            [:], ["Authorization": "Bearer \(wrong)"],
            ["Cookie": "maskstream-\(served.port)=\(wrong)"],
        ]
        for headers in tries {
            let answer = try served.ask("GET", path, headers)
            #expect(answer.status == 401)
            #expect(!answer.text.contains("clip") && !answer.text.contains(served.token))
        }
        let inQuery = path + (path.contains("?") ? "&" : "?") + "token=\(served.token)"
        #expect(try served.ask("GET", inQuery).status == (path == "/" ? 200 : 401))
        #expect(review.now.asked.isEmpty)
        #expect(try served.ask("GET", "/health").text == "ok\n")
    }

    @Test(arguments: paths)
    func everyAnswerIsForItsOwnPageAlone(path: String) throws {
        let served = try ServedReview(FakeReview())
        let headers = try served.tell("GET", path).headers
        #expect(headers["cache-control"] == "no-store")
        #expect(headers["cross-origin-resource-policy"] == "same-origin")
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        #expect(headers["access-control-allow-origin"] == nil)
        #expect(try served.tell("GET", path, ["Host": "evil.example"]).status == 421)
        #expect(try served.tell("GET", path, ["Sec-Fetch-Site": "cross-site"]).status == 403)
    }

    @Test func unmaskedFramesAreNotShownUnlessAllowed() throws {
        let review = FakeReview()
        let closed = try ServedReview(review)
        #expect(try closed.tell("GET", "/picture?frame=3&view=original").status == 403)
        #expect(try closed.tell("GET", "/picture?frame=3&view=confidence").status == 400)
        #expect(try closed.tell("GET", "/picture?frame=3").body == FakeStream.blue)
        #expect(review.now.asked == [.masked])
        #expect(try !closed.tell("GET", "/").text.contains("value=\"original\""))
        let open = try ServedReview(review, allowsOriginal: true)
        #expect(try open.tell("GET", "/picture?frame=3&view=original").body == FakeStream.red)
        #expect(try open.tell("GET", "/").text.contains("value=\"original\""))
    }

    @Test func editsAreReplacedOnlyWhereTheyAreWhatWasRead() throws {
        let review = FakeReview()
        let served = try ServedReview(review)
        let first = try served.tell("GET", "/edits")
        #expect(first.headers["etag"] == "\"first\"")
        #expect(first.text == review.now.json)
        let mine = #"{"tracks":{"1":"keep"},"regions":[],"spans":[]}"#
        let other = #"{"tracks":{"1":"hide"},"regions":[],"spans":[]}"#
        #expect(try served.tell("PUT", "/edits", body: mine).status == 428)
        let done = try served.tell("PUT", "/edits", ["If-Match": "\"first\""], body: mine)
        #expect(done.status == 204)
        #expect(done.headers["etag"] == "\"first'\"")
        let stale = try served.tell("PUT", "/edits", ["If-Match": "\"first\""], body: other)
        #expect(stale.status == 412)
        #expect(review.now.json == mine)
        review.update {
            $0.refusal = MaskStreamError(.configuration, "tracks.1 is neither keep nor hide")
        }
        let wrong = try served.tell("PUT", "/edits", ["If-Match": "\"first'\""], body: "{}")
        #expect(wrong.status == 422)
        #expect(wrong.text == "tracks.1 is neither keep nor hide\n")
        review.update { $0.refusal = MaskStreamError(.inputOutput, "the disk is full") }
        let full = try served.tell("PUT", "/edits", ["If-Match": "\"first'\""], body: "{}")
        #expect(full.status == 500)
        #expect(review.now.json == mine)
    }

    @Test func onlyThePageItselfChangesAnything() throws {
        let review = FakeReview()
        let served = try ServedReview(review)
        let before = review.now.json
        let refused: [([String: String?], Int)] = [
            (["Origin": nil], 403), (["Origin": "http://evil.example"], 403),
            (["Origin": "http://localhost:\(served.port)"], 403),
            (["Content-Type": "text/plain"], 415), (["Content-Type": nil], 415),
            (["Sec-Fetch-Site": "cross-site"], 403), (["Authorization": nil], 401),
        ]
        for (headers, status) in refused {
            let tagged = headers.merging(["If-Match": "\"first\""]) { $1 }
            #expect(try served.tell("PUT", "/edits", tagged, body: "{}").status == status)
            let answer = try served.tell("POST", "/rendering", headers, body: #"{"run":true}"#)
            #expect(answer.status == status, "\(headers)")
        }
        #expect(review.now.json == before)
        #expect(review.now.rendering.state == .idle)
        #expect(try served.tell("POST", "/edits", body: "{}").status == 405)
        #expect(try served.tell("DELETE", "/edits").status == 405)
        let large = String(repeating: " ", count: 1 << 20) + "{}"
        #expect(
            try served.tell("PUT", "/edits", ["If-Match": "\"first\""], body: large).status == 413)
    }

    @Test(arguments: [
        ("/moment?frame=7", 200), ("/moment?at=0.28", 200), ("/moment?frame=100", 409),
        ("/moment?frame=-1", 409), ("/moment?frame=x", 400), ("/moment?at=nan", 400),
        ("/moment", 400), ("/picture", 400), ("/picture?frame=1e3", 400), ("/timeline?from=x", 400),
        ("/timeline?from=1&to=2", 200), ("/none", 404),
    ])
    func placesAreChecked(path: String, status: Int) throws {
        #expect(try ServedReview(FakeReview()).tell("GET", path).status == status)
    }

    @Test func renderingIsBegunAndStopped() throws {
        let review = FakeReview()
        let served = try ServedReview(review)
        #expect(try served.tell("POST", "/rendering", body: #"{"run": true}"#).status == 204)
        let text = try served.tell("GET", "/rendering").text
        #expect(text.contains(#""state":"running""#) && text.contains(#""output":"out.mp4""#))
        #expect(try served.tell("POST", "/rendering", body: #"{"run": false}"#).status == 204)
        #expect(review.now.rendering.state == .idle)
        for body in ["", "{}", #"{"run": 1}"#, #"{"stop": true}"#, "true"] {
            #expect(try served.tell("POST", "/rendering", body: body).status == 400, "\(body)")
        }
    }

    @Test func thePageRunsNothingButItsOwn() throws {
        let served = try ServedReview(FakeReview())
        let page = try served.tell("GET", "/")
        let policy = try #require(page.headers["content-security-policy"])
        #expect(policy.hasPrefix("default-src 'none'; script-src 'nonce-"))
        #expect(!policy.contains("unsafe"))
        #expect(!page.text.contains("style="))
        #expect(!page.text.contains("<b>clip") && page.text.contains("clip &lt;b&gt;"))
    }
}
