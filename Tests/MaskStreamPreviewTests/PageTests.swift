import MaskStreamPreview
import MaskStreamTestSupport
import Testing

/// The page in a real browser.
@Suite struct PageTests {
    /// A stream whose pictures are red and blue in turn, one for each time that somebody asks.
    private func stream() -> FakeStream {
        FakeStream { facts in
            facts.isEndless = true
            facts.status.frame = 0
            facts.status.adapts = true
            facts.status.fills = ["zero", "#00ff00"]
            facts.status.fill = "zero"
            facts.status.subjects = [.init(label: "dog", confidence: 0.75, age: 0.5)]
            facts.status.samples = (0..<50).map {
                .init(frame: $0, time: Double($0) / 25, threshold: 0.5, kept: 0.1)
            }
        }
    }

    @Test func thePictureMovesAndTheSliderSteers() throws {
        let stream = stream()
        let served = try Served(stream, at: "0.0.0.0:0", allowsControl: true)
        let browser = try Browser()
        try browser.open("http://127.0.0.1:\(served.port)/?token=\(served.token)")

        let moves = browser.eventually(
            """
            (() => {
              const canvas = document.querySelector('[data-view=masked][data-frame] canvas');
              if (!canvas) return false;
              const [red, , blue] = canvas.getContext('2d').getImageData(9, 9, 1, 1).data;
              window.colors = (window.colors || new Set()).add(red > 200 && blue < 50 ? 'red'
                : blue > 200 && red < 50 ? 'blue' : 'other');
              return window.colors.has('red') && window.colors.has('blue');
            })()
            """)
        #expect(moves)
        #expect(try browser.value(of: "[...window.colors].sort().join()") == "blue,red")
        #expect(try browser.value(of: "location.search") == "")
        #expect(browser.eventually("document.querySelector('.kept .line').getAttribute('d') > 'M'"))
        #expect(try browser.text("subjects") == "dog0.75 · 0.5 s ago")

        try #require(browser.shows("0.500", in: "threshold-now"))
        try browser.focus("threshold")
        for _ in 0..<2 { try browser.press("ArrowRight", code: 39) }
        #expect(eventually { stream.now.commands.last == .threshold(0.51) })
        try browser.focus("adapt")
        try browser.press(" ", code: 32)
        #expect(eventually { stream.now.commands.last == .adapt(true) })
        try browser.focus("fill")
        try browser.press("ArrowDown", code: 40)
        #expect(eventually { stream.now.commands.last == .fill("#00ff00") })
        try browser.focus("pause")
        try browser.press(" ", code: 32)
        #expect(eventually { stream.now.commands.last == .pause(true) })

        for width in [320, 390, 768, 1280] {
            try browser.resize(width: width, height: 900)
            let page = "document.documentElement"
            let widths = try browser.value(of: "[\(page).scrollWidth, \(page).clientWidth]")
            #expect(widths == "\(width),\(width)")
        }

        #expect(Set(stream.now.asked) == [.masked, .confidence])
        #expect(browser.requested.filter { $0.contains("view=masked") }.count > 2)
        #expect(!browser.requested.contains { $0.contains("original") })
        let own = ["http://\(served.host)/", "data:image/svg+xml,"]
        #expect(browser.requested.allSatisfy { url in own.contains { url.hasPrefix($0) } })
        #expect(browser.complaints.isEmpty)
    }

    @Test func thePageSaysThatTheServerIsGoneAndThatTheRunHasEnded() throws {
        let stream = stream()
        let first = try Served(stream)
        let browser = try Browser()
        try browser.open(first.url)
        try #require(browser.shows("Running", in: "state"))

        first.server.stop()
        #expect(browser.shows("No answer", in: "state"))
        #expect(try browser.text("notice").contains("Trying again"))

        let second = try Served(stream, at: "127.0.0.1:\(first.port)")
        #expect(browser.shows("Running", in: "state"))
        #expect(browser.shows("", in: "notice"))

        stream.update { facts in
            facts.isEndless = false
            facts.status.state = .ended
        }
        #expect(browser.shows("Ended", in: "state"))
        #expect(try browser.text("notice").contains("has ended"))
        // What still waits for a picture is told that there is none, and does not ask again.
        try browser.value(of: "new Promise(done => setTimeout(done, 2500))")
        let before = browser.requested.count
        try browser.value(of: "new Promise(done => setTimeout(done, 1000))")
        #expect(browser.requested.count == before)
        second.server.stop()
    }
}
