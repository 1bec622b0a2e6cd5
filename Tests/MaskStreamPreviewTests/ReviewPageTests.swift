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

    private static let threeScenes = (cuts: [0, 50, 75], proposals: ["1@2 1@0", "1@3 1@2"])

    /// The texts of the timeline's bars of track 1, and whether they are hidden.
    private func bars(_ browser: Browser) throws -> String {
        try browser.value(
            of: """
                [...document.querySelectorAll('#lanes button')].filter(bar => bar.textContent[0] === '1')
                  .sort((a, b) => parseFloat(a.style.left) - parseFloat(b.style.left))
                  .map(bar => bar.textContent + (bar.classList.contains('hidden') ? '!' : ''))
                """)
    }

    @Test func tracksAreMadeOnePersonByTheKeyboard() throws {
        let review = FakeReview(cuts: Self.threeScenes.cuts, proposals: Self.threeScenes.proposals)
        let (served, browser) = try open(review)
        defer { served.server.stop() }
        try browser.press("t", code: 84)
        try #require(browser.shows("0:02.00", in: "clock"))
        #expect(browser.shows("May be track 1 at 0:00.00, 0.86", in: "proposal"))
        let label = "document.querySelector('#overlay text').textContent"
        #expect(try browser.value(of: label) == "1 may be 1, 0.86")
        #expect(try bars(browser) == "1,1,1")
        try browser.press("y", code: 89)
        #expect(hasEdits(review) { $0["people"] as? [String: [String]] == ["A": ["1@0", "1@2"]] })
        #expect(try bars(browser) == "1 A,1 A,1")
        // What is done to one of them is done to both, and to nobody else.
        try browser.press("h", code: 72)
        #expect(hasEdits(review) { $0["tracks"] as? [String: String] == ["1@2": "hide"] })
        #expect(try bars(browser) == "1 A!,1 A!,1")
        try browser.press("t", code: 84)
        try #require(browser.shows("0:03.00", in: "clock"))
        #expect(browser.shows("May be A, track 1 at 0:02.00, 0.86", in: "proposal"))
        try browser.press("y", code: 89)
        #expect(try bars(browser) == "1 A!,1 A!,1 A!")
        try browser.press("z", code: 90, modifiers: 2)
        #expect(try bars(browser) == "1 A!,1 A!,1")
        try browser.press("d", code: 68)
        #expect(hasEdits(review) { $0["refused"] as? [String] == ["1@3"] })
        #expect(try browser.value(of: "document.getElementById('proposal')") == "null")
        for _ in 0..<3 { try browser.press("z", code: 90, modifiers: 2) }
        #expect(hasEdits(review) { ($0["people"] as? [String: Any])?.isEmpty == true })
        #expect(try bars(browser) == "1,1,1")
        #expect(browser.complaints.isEmpty)
    }

    @Test func tracksAreMadeOnePersonByTheMouse() throws {
        let review = FakeReview(cuts: Self.threeScenes.cuts, proposals: Self.threeScenes.proposals)
        let (served, browser) = try open(review)
        defer { served.server.stop() }
        func click(_ test: String) throws {
            try browser.value(
                of: "[...document.querySelectorAll('button')].find(e => \(test)).click()")
        }
        try click("e.title.startsWith('Track 1, 0:02.00')")
        try #require(browser.shows("0:02.00", in: "clock"))
        try #require(browser.eventually("document.getElementById('same') !== null"))
        try click("e.id === 'same'")
        #expect(hasEdits(review) { $0["people"] as? [String: [String]] == ["A": ["1@0", "1@2"]] })
        try click("e.textContent === 'Keep'")
        let isKept = hasEdits(review) { edits in
            let track = (edits["tracks"] as? [String: [String: Any]])?["1"]
            return track?["confirmed"] as? [Double] == [2]
        }
        #expect(isKept)
        // Who is taken out of the person stays kept, and so does the other.
        try click("e.textContent === 'Not A'")
        #expect(hasEdits(review) { ($0["people"] as? [String: Any])?.isEmpty == true })
        #expect(hasEdits(review) { $0["refused"] as? [String] == ["1@2"] })
        #expect(
            hasEdits(review) { (($0["tracks"] as? [String: Any])?["1@0"] as? String) == "keep" })
        try click("e.title.startsWith('Track 1, 0:03.00')")
        try #require(browser.shows("0:03.00", in: "clock"))
        try #require(browser.eventually("document.getElementById('another') !== null"))
        try click("e.id === 'another'")
        #expect(hasEdits(review) { $0["refused"] as? [String] == ["1@2", "1@3"] })
        #expect(browser.complaints.isEmpty)
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
