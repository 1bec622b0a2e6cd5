import Foundation
import MaskStreamPreview
import MaskStreamTestSupport
import Testing

/// The page of a review in a real browser.
@Suite struct ReviewPageTests {
    private func open(_ review: FakeReview, width: Int = 1280) throws -> (ServedReview, Browser) {
        let served = try ServedReview(review)
        let browser = try Browser()
        try browser.resize(width: width, height: 800)
        try browser.open(served.url)
        try #require(browser.shows("Saved", in: "saved"), "\(browser.complaints)")
        // The first doubtful span is where the review begins.
        try #require(browser.shows("0:00.76", in: "clock"), "\(browser.complaints)")
        return (served, browser)
    }

    private func edits(_ review: FakeReview) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(review.now.json.utf8))
        return json as? [String: Any] ?? [:]
    }

    private func hasEdits(_ review: FakeReview, _ test: ([String: Any]) -> Bool) -> Bool {
        eventually { (try? edits(review)).map(test) ?? false }
    }

    @Test func aRegionIsDrawnMovedAndUndone() throws {
        let review = FakeReview()
        let (served, browser) = try open(review)
        defer { served.server.stop() }
        try browser.press("b", code: 66)
        try browser.drag("overlay", from: (0.25, 0.25), to: (0.5, 0.75))
        func region() -> [String: Any]? {
            (try? edits(review))?["regions"].flatMap { ($0 as? [[String: Any]])?.first }
        }
        #expect(hasEdits(review) { _ in region()?["box"] as? [Int] == [8, 5, 8, 9] })
        #expect(region()?["from"] as? Double == 0.76)
        #expect(region()?["to"] as? Double == 1)
        // At another time a drag makes a keyframe.
        try browser.press("ArrowRight", code: 39)
        try browser.press("ArrowRight", code: 39)
        try #require(browser.shows("0:00.84", in: "clock"))
        try browser.drag("overlay", from: (0.4, 0.5), to: (0.65, 0.5))
        #expect(hasEdits(review) { _ in (region()?["keyframes"] as? [Any])?.count == 2 })
        try browser.press("z", code: 90, modifiers: 2)
        #expect(hasEdits(review) { _ in region() != nil && region()?["keyframes"] == nil })
        try browser.press("z", code: 90, modifiers: 2)
        #expect(hasEdits(review) { ($0["regions"] as? [Any])?.isEmpty == true })
        try browser.press("z", code: 90, modifiers: 10)
        #expect(hasEdits(review) { ($0["regions"] as? [Any])?.count == 1 })
        #expect(browser.complaints.isEmpty)
    }

    @Test func aTrackIsHiddenByMouseAndByKeyboard() throws {
        let review = FakeReview()
        let (served, browser) = try open(review)
        defer { served.server.stop() }
        try browser.drag("overlay", from: (0.25, 0.4), to: (0.25, 0.4))
        try browser.press("h", code: 72)
        #expect(hasEdits(review) { $0["tracks"] as? [String: String] == ["1": "hide"] })
        try browser.value(of: "document.querySelector('[data-track]').focus()")
        try browser.press("s", code: 83)
        let isKept = hasEdits(review) { edits in
            let track = (edits["tracks"] as? [String: [String: Any]])?["1"]
            return track?["do"] as? String == "keep" && track?["confirmed"] as? [Double] == [0.76]
        }
        #expect(isKept)
        try browser.press("n", code: 78)
        #expect(hasEdits(review) { ($0["tracks"] as? [String: String])?.isEmpty == true })
    }

    @Test func editsFromElsewhereAreShownAndUndoBringsTheOwnBack() throws {
        let review = FakeReview()
        let (served, browser) = try open(review)
        defer { served.server.stop() }
        review.update { facts in
            facts.json = #"{"tracks":{"2":"keep"},"regions":[],"spans":[]}"#
            facts.tag = "theirs"
        }
        try browser.value(of: "document.querySelector('[data-track]').focus()")
        try browser.press("h", code: 72)
        #expect(eventually { (try? browser.text("notice").contains("Undo brings yours")) == true })
        #expect(try edits(review)["tracks"] as? [String: String] == ["2": "keep"])
        try browser.press("z", code: 90, modifiers: 2)
        #expect(hasEdits(review) { $0["tracks"] as? [String: String] == ["1": "hide"] })
    }

    @Test func theKeyboardMovesAsInAnEditor() throws {
        let (served, browser) = try open(FakeReview())
        defer { served.server.stop() }
        try browser.press("Home", code: 36)
        #expect(browser.shows("0:00.00", in: "clock"))
        try browser.press("ArrowRight", code: 39, modifiers: 8)
        #expect(browser.shows("0:01.00", in: "clock"))
        try browser.press("i", code: 73)
        #expect(try browser.text("in") == "0:01.00")
        try browser.press("l", code: 76)
        #expect(browser.eventually("document.getElementById('clock').textContent > '0:01.20'"))
        try browser.press("k", code: 75)
        try browser.press("o", code: 79)
        #expect(try browser.text("out") > "0:01.00")
        try browser.press("j", code: 74)
        #expect(browser.shows("0:00.00", in: "clock"))
    }

    @Test(arguments: [390, 820, 1280])
    func itFitsAndEveryControlHasAName(width: Int) throws {
        let (served, browser) = try open(FakeReview(), width: width)
        defer { served.server.stop() }
        let page = "document.documentElement"
        let widths = try browser.value(of: "[\(page).scrollWidth, \(page).clientWidth]")
        #expect(widths == "\(width),\(width)")
        let nameless = """
            [...document.querySelectorAll('button,input,[role=button],select')].filter(e =>
              !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length
            """
        #expect(try browser.value(of: nameless) == "0")
        #expect(browser.complaints.isEmpty)
    }
}
