import Foundation

/// A real browser that opens a page once its script has run.
enum Browser {
    /// The page as XML.
    static func rendered(_ page: String) throws -> String {
        try value(of: "new XMLSerializer().serializeToString(document)", in: page)
    }

    /// The value of a JavaScript expression.
    static func value(of expression: String, in page: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("maskstream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = """
            <script>
            document.documentElement.innerHTML =
                `<body>[${encodeURIComponent(\(expression))}]</body>`;
            </script></body>
            """
        let file = folder.appendingPathComponent("page.html")
        try Data(page.replacing("</body>", with: script).utf8).write(to: file)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            exec timeout -k 5 120 chromium --headless=new --no-sandbox --disable-gpu \
            --disable-dev-shm-usage --no-first-run --user-data-dir='\(folder.path)/profile' \
            --dump-dom 'file://\(file.path)' 2>/dev/null
            """,
        ]
        process.standardOutput = output
        try process.run()
        let dom = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let text = dom.split(separator: "[").dropFirst().first?.split(separator: "]").first
        guard let value = text.flatMap({ String($0).removingPercentEncoding }) else {
            throw BrowserError(message: "chromium: \(dom.prefix(500))")
        }
        return value
    }
}

struct BrowserError: Error {
    var message: String
}
