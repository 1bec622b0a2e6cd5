import Foundation
import MaskStreamTestSupport
import Testing

/// `--report`: one page that tells of a run, opened in a real browser.
@Suite struct ReportTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Runs with a report and gives the page.
    private func report(_ more: [String] = [], to name: String = "out.html") throws -> String {
        let page = bench.path(name)
        try expectStatus(0, [bench.clip, "--profile", bench.light, "--report", page] + more)
        return try String(contentsOfFile: page, encoding: .utf8)
    }

    @Test func aRunNeedsNoOtherOutput() throws {
        let page = try report()
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        for part in ["clip.mkv", "light", "Needs review", "Timeline", "Moments", "Latency"] {
            #expect(page.contains(part), "\(part)")
        }
        // Ten frames: a map and a result each.
        #expect(page.components(separatedBy: "data:image/jpeg;base64,").count == 1 + 20)
        #expect(!page.contains("http://") || page.contains("http://www.w3.org/1999/xhtml"))
    }

    @Test func theFirstFailureIsTheRunsAndTheEventsEndAllTheSame() throws {
        let profile = try TestProfile.failing.write(to: bench.folder, as: "failing")
        func run(_ profile: String) throws -> ProgramResult {
            let command = try Program.command(
                [bench.clip, "-p", profile, "--events", bench.path("e.ndjson")]
                    + ["--report", bench.path("r.html")])
            // Files end at eight kibibytes, as on a full disk.
            return try runProgram(
                ["bash", "-c", #"trap '' XFSZ; ulimit -f 8; exec "$@""#, "bash"] + command)
        }
        func isEnded(_ exit: Int) throws -> Bool {
            try String(contentsOfFile: bench.path("e.ndjson"), encoding: .utf8)
                .contains(#""exit":\#(exit),"#)
        }
        let both = try run(profile)
        #expect(both.status == 70, "\(both.errors)")
        #expect(both.errors.contains("warning: the report cannot be written"), "\(both.errors)")
        #expect(try isEnded(70))
        let one = try run(bench.light)
        #expect(one.status == 74, "\(one.errors)")
        #expect(one.errors.contains("error: the report cannot"))
    }

    @Test func anOlderPageIsReplaced() throws {
        _ = try report(["--threshold", "0.9"])
        #expect(try report(["--threshold", "0.2"]).contains("0.200"))
    }

    @Test func theSameRunGivesTheSamePageButForItsLatency() throws {
        let pages = try ["a.html", "b.html"].map { name in
            try report(to: name).components(separatedBy: "<section id=\"latency\"")
        }
        #expect(pages[0][0] == pages[1][0])
        let ends = pages.map { $0.last?.components(separatedBy: "</section>").last }
        #expect(ends[0] == ends[1])
    }

    @Test func originalsAreThereOnRequestAlone() throws {
        let page = try report(["--report-originals"])
        #expect(page.contains("unmasked images"))
        #expect(page.components(separatedBy: "data:image/jpeg;base64,").count == 1 + 30)
        let result = try Program.run([
            bench.clip, "--profile", bench.light, "--report-originals", "-o", bench.path("o.mkv"),
        ])
        #expect(result.status == 64)
        #expect(result.errors.contains("--report"))
    }

    /// With a threshold that nothing passes every picture is filled: none shows anything else.
    @Test(arguments: ["masked", "confidence", "mask", "overlay"])
    func noUnmaskedPixelIsInThePage(emit: String) throws {
        let page = try report([
            "--threshold", "1", "--emit", emit, "--fill", "#00ff00", "-o", bench.path("o.mkv"),
        ])
        let pictures = page.components(separatedBy: "data:image/jpeg;base64,").dropFirst()
            .compactMap { Data(base64Encoded: String($0.prefix { $0 != "\"" })) }
        try #require(pictures.count == 20)
        // Each moment's second picture is the result.
        for index in stride(from: 1, to: 20, by: 2) {
            let path = try bench.folder.write(pictures[index], to: "\(emit)-\(index).jpg")
            let pixels = try Clips.rawVideo(path, pixelFormat: "rgb24")
            #expect(!pixels.isEmpty)
            let green = stride(from: 0, to: pixels.count, by: 3).allSatisfy { pixel in
                pixels[pixel] < 8 && pixels[pixel + 1] > 246 && pixels[pixel + 2] < 8
            }
            #expect(green, "picture \(index)")
        }
    }

    @Test func aPageThatCannotBeWrittenIsSaid() throws {
        let arguments = [bench.clip, "--profile", bench.light, "--report"]
        try expectStatus(73, arguments + [bench.path("none/out.html")], says: ["out.html"])
        #expect(!bench.has("none"))
    }

    @Test func namesFromOutsideAreTextAlone() throws {
        let name = "<img src=x onerror=alert(1)>.mkv"
        try FileManager.default.copyItem(atPath: bench.clip, toPath: bench.path(name))
        let page = bench.path("out.html")
        try expectStatus(0, [bench.path(name), "--profile", bench.light, "--report", page])
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(!text.contains("<img src=x"))
        #expect(text.contains("&lt;img src=x"))
    }
}

/// The page in a browser.
@Suite struct ReportBrowserTests {
    let bench: Workbench
    let page: String

    init() throws {
        bench = try Workbench()
        page = bench.path("out.html")
        try expectStatus(0, [bench.clip, "--profile", bench.light, "--report", page])
    }

    private func browse(_ arguments: [String]) throws -> ProgramResult {
        try runProgram(
            [
                "timeout", "-k", "5", "120", "chromium", "--headless=new", "--no-sandbox",
                "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                "--user-data-dir=\(bench.path("chromium"))",
            ] + arguments)
    }

    /// The page must fit a phone and a desk.
    ///
    /// A window is at least 500 pixels wide, a frame in it is not.
    @Test(arguments: [320, 390, 768, 1280])
    func nothingReachesBeyondTheEdge(width: Int) throws {
        let source = try String(contentsOfFile: page, encoding: .utf8)
            .replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        let harness = """
            <!DOCTYPE html><title>waiting</title>
            <iframe id="f" style="border:0;width:\(width)px;height:2000px" srcdoc="\(source)">
            </iframe>
            <script>
            f.onload = () => {
                const top = f.contentDocument.documentElement;
                const drawn = [...f.contentDocument.images].every(i => i.naturalWidth > 0);
                document.title = [top.scrollWidth, top.clientWidth, top.scrollHeight, drawn];
            };
            </script>
            """
        let path = try bench.folder.write(Data(harness.utf8), to: "harness.html")
        let result = try browse([
            "--virtual-time-budget=10000", "--dump-dom", "file://" + path,
        ])
        #expect(result.status == 0, "\(result.errors)")
        let dom = String(decoding: result.output, as: UTF8.self)
        let title =
            dom.components(separatedBy: "<title>").dropFirst().first?
            .components(separatedBy: "</title>").first ?? ""
        let facts = title.split(separator: ",").map(String.init)
        try #require(facts.count == 4, "\(title)")
        #expect(facts[0] == facts[1], "scroll width and width at \(width)")
        #expect((Int(facts[2]) ?? 0) > 1000)
        #expect(facts[3] == "true", "a picture is broken")
    }

    /// The script tells values under the pointer.
    @Test func theScriptRuns() throws {
        let script = """
            <script>
            const area = document.querySelector('.threshold .area');
            const box = area.getBoundingClientRect();
            area.dispatchEvent(new PointerEvent('pointermove', {clientX: box.left + 9}));
            </script></body>
            """
        let source = try String(contentsOfFile: page, encoding: .utf8)
            .replacing("</body>", with: script)
        let path = try bench.folder.write(Data(source.utf8), to: "moved.html")
        let result = try browse(["--dump-dom", "file://" + path])
        let dom = String(decoding: result.output, as: UTF8.self)
        #expect(dom.contains(" · 0.500</span>"))
    }

    @Test(arguments: [(1280, false), (1280, true), (390, false), (390, true)])
    func thePageIsNotBlank(width: Int, isDark: Bool) throws {
        let shot = bench.path("shot.png")
        let scheme = isDark ? ["--blink-settings=preferredColorScheme=0"] : []
        let result = try browse(
            scheme + ["--window-size=\(width),2000", "--screenshot=\(shot)", "file://" + page])
        #expect(result.status == 0, "\(result.errors)")
        let pixels = try Clips.rawVideo(shot, pixelFormat: "gray")
        try #require(pixels.count == width * 2000)
        // The corner is the page's ground; text, cards and pictures make the rest.
        #expect(isDark ? pixels[0] < 40 : pixels[0] > 220)
        var shades = Set<UInt8>()
        var inked = 0
        for pixel in pixels {
            shades.insert(pixel)
            if abs(Int(pixel) - Int(pixels[0])) > 60 { inked += 1 }
        }
        #expect(shades.count > 60)
        #expect(inked > pixels.count / 100)
    }
}
