import Foundation

/// A headless Chromium with one page, driven through its debugging pipe.
///
/// https://chromedevtools.github.io/devtools-protocol/
public final class Browser {
    private let process = Process()
    private let orders = Pipe()
    private let reports = Pipe()
    private let folder: URL
    private var buffer = Data()
    private var number = 0
    private var session: String?
    /// Everything that the page has asked for.
    public private(set) var requested: [String] = []
    /// What the page was refused or failed at, as the browser's console shows it.
    public private(set) var complaints: [String] = []

    /// Starts the browser with an empty page.
    public init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("maskstream-\(UUID().uuidString)")
        // The pipe is read from descriptor 3 and written to descriptor 4.
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            exec timeout -k 5 60 chromium --headless=new --no-sandbox --disable-gpu \
            --disable-dev-shm-usage --no-first-run --hide-scrollbars --remote-debugging-pipe \
            --user-data-dir='\(folder.path)' about:blank 3<&0 4>&1 </dev/null >/dev/null 2>&1
            """,
        ]
        process.standardInput = orders
        process.standardOutput = reports
        try process.run()
        let target = try send("Target.createTarget", ["url": "about:blank"])["targetId"] ?? ""
        session =
            try send("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"]
            as? String
        for domain in ["Page", "Runtime", "Network", "Log"] { try send("\(domain).enable") }
    }

    deinit {
        // A browser that is asked to close may wait for ever. `timeout` leads the group of all its
        // processes.
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Opens a page and waits until it is complete.
    public func open(_ url: String) throws {
        try send("Page.navigate", ["url": url])
        guard eventually("location.protocol === 'http:' && document.readyState === 'complete'")
        else { throw BrowserError(message: "\(url) does not open") }
    }

    /// Sets the size of what is seen of the page.
    public func resize(width: Int, height: Int) throws {
        try send(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500])
    }

    /// The value of an expression, waited for where it is a promise.
    @discardableResult
    public func value(of expression: String) throws -> String {
        let answer = try send(
            "Runtime.evaluate",
            ["expression": "(async () => String(await (\(expression))))()", "awaitPromise": true])
        let result = answer["result"] as? [String: Any]
        guard answer["exceptionDetails"] == nil, let value = result?["value"] as? String else {
            throw BrowserError(message: "\(expression): \(answer)")
        }
        return value
    }

    /// Waits until an expression holds; false after ten seconds.
    public func eventually(_ expression: String) -> Bool {
        Browser.eventually { (try? value(of: expression)) == "true" }
    }

    /// The text of an element.
    public func text(_ id: String) throws -> String {
        try value(of: "document.getElementById('\(id)').textContent")
    }

    /// Waits until an element has a text.
    public func shows(_ text: String, in id: String) -> Bool {
        Browser.eventually { (try? self.text(id)) == text }
    }

    /// Gives an element the focus.
    public func focus(_ id: String) throws {
        try value(of: "document.getElementById('\(id)').focus()")
    }

    /// Presses and releases a key, as a user does; of the modifiers Control is 2, Shift 8.
    public func press(_ key: String, code: Int, modifiers: Int = 0) throws {
        for type in ["keyDown", "keyUp"] {
            try send(
                "Input.dispatchKeyEvent",
                [
                    "type": type, "key": key, "code": key, "windowsVirtualKeyCode": code,
                    "modifiers": modifiers,
                ])
        }
    }

    /// Drags the mouse over an element, between two places in shares of its size.
    public func drag(_ id: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) throws
    {
        let box = try value(
            of: """
                (({left, top, width, height}) => [left, top, width, height])\
                (document.getElementById('\(id)').getBoundingClientRect())
                """
        ).split(separator: ",").compactMap { Double($0) }
        func send(_ type: String, _ place: (x: Double, y: Double)) throws {
            try self.send(
                "Input.dispatchMouseEvent",
                [
                    "type": type, "x": box[0] + place.x * box[2], "y": box[1] + place.y * box[3],
                    "button": "left", "clickCount": 1,
                ])
        }
        try send("mousePressed", from)
        try send("mouseMoved", to)
        try send("mouseReleased", to)
    }

    /// Waits until something holds; false after ten seconds.
    private static func eventually(_ holds: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if holds() { return true }
            usleep(5_000)
        }
        return false
    }

    @discardableResult
    private func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var order: [String: Any] = ["id": number, "method": method, "params": parameters]
        if let session { order["sessionId"] = session }
        let data = try JSONSerialization.data(withJSONObject: order) + [0]
        try orders.fileHandleForWriting.write(contentsOf: data)
        while true {
            let report = try next()
            note(report)
            guard report["id"] as? Int == number else { continue }
            guard let result = report["result"] as? [String: Any] else {
                throw BrowserError(message: "\(method): \(report)")
            }
            return result
        }
    }

    private func next() throws -> [String: Any] {
        while true {
            if let end = buffer.firstIndex(of: 0) {
                let report = try JSONSerialization.jsonObject(with: buffer[..<end])
                buffer = Data(buffer[buffer.index(after: end)...])
                return report as? [String: Any] ?? [:]
            }
            let more = reports.fileHandleForReading.availableData
            guard !more.isEmpty else {
                throw BrowserError(
                    message: "chromium has ended; Scripts/setup chromium installs it")
            }
            buffer += more
        }
    }

    private func note(_ report: [String: Any]) {
        let parameters = report["params"] as? [String: Any] ?? [:]
        switch report["method"] as? String {
        case "Network.requestWillBeSent":
            let request = parameters["request"] as? [String: Any]
            if let url = request?["url"] as? String { requested.append(url) }
        case "Log.entryAdded":
            let entry = parameters["entry"] as? [String: Any]
            guard entry?["level"] as? String == "error" else { return }
            complaints.append("\(entry?["text"] ?? "") \(entry?["url"] ?? "")")
        case "Runtime.exceptionThrown":
            complaints.append("\(parameters)")
        default: break
        }
    }
}

/// Why the browser does not do what it should.
public struct BrowserError: Error {
    let message: String
}
