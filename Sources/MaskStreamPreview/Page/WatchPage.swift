/// The page in which streams are watched; it needs nothing but its own server.
struct WatchPage {
    /// The streams' names in their order.
    let streams: [String]
    let allowsControl: Bool
    let allowsOriginal: Bool
    /// What marks our own style and script for the browser, different for every answer.
    let nonce: String

    /// What the page may do: its own style and script, its own server, nothing else.
    var policy: String {
        """
        default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; \
        img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'
        """
    }

    /// The page's source.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>maskstream watch</title>
        <link rel="icon" href="data:image/svg+xml,\(Self.icon)">
        <style nonce="\(nonce)">\(WatchStyle.sheet)</style>
        </head>
        <body>
        <header>
        <p class="brand">maskstream watch</p>
        <h1><bdi id="input">\(Self.escaped(streams.first ?? ""))</bdi></h1>
        <p class="lead"><span class="badge" id="state">Connecting</span>\
        <span id="about"></span><span id="at"></span></p>
        \(tabs)</header>
        <p class="notice" id="notice" role="status"></p>
        <noscript><p class="notice shown">This page needs its script.</p></noscript>
        <main>
        \(pictures)
        <div class="below\(allowsControl ? " steered" : "")">
        <div class="side">
        \(allowsControl ? Self.controls : "")\(Self.subjects)
        </div>
        <div class="facts">
        <dl class="tiles" aria-label="Now">
        \(Self.tiles)</dl>
        \(Self.curves)</div>
        </div>
        </main>
        <footer><p class="quiet">\(promise)</p></footer>
        <script nonce="\(nonce)">\
        \(WatchScript.text(allowsControl: allowsControl))</script>
        </body>
        </html>

        """
    }

    /// What may be on show, said where it is seen.
    private var promise: String {
        allowsOriginal
            ? """
            <strong class="alert">This run lets unmasked pictures be seen.</strong> Whoever can \
            open this page can see them.
            """
            : "Masked pixels show the fill alone; unmasked pictures cannot be seen here."
    }

    private var tabs: String {
        guard streams.count > 1 else { return "" }
        let tabs = streams.enumerated().map { number, name in
            "<button type=\"button\" data-stream=\"\(number)\"><bdi>\(Self.escaped(name))</bdi></button>\n"
        }
        return "<nav class=\"tabs\" aria-label=\"Streams\">\n\(tabs.joined())</nav>\n"
    }

    private var pictures: String {
        let views = WatchView.allCases.filter { $0 != .original || allowsOriginal }
        let choices = views.map { view in
            """
            <label class="pill"><input type="checkbox" name="view" value="\(view.rawValue)"\
            \(view == .original ? "" : " checked")><span>\(Self.title(view))</span></label>

            """
        }
        let figures = views.map { view in
            """
            <figure class="picture" data-view="\(view.rawValue)"\
            \(view == .original ? " hidden" : "")><div class="frame">\
            <canvas width="16" height="9" role="img" aria-label="\(Self.title(view))"></canvas>\
            <span class="none">No picture yet</span></div>\
            <figcaption><b>\(Self.title(view))</b>\
            \(view == .original ? " <strong class=\"alert\">unmasked</strong>" : "")\
            <span class="when"></span></figcaption></figure>

            """
        }
        return """
            <section aria-label="Pictures">
            <div class="tools">
            <fieldset class="pills"><legend class="quiet">Show</legend>
            \(choices.joined())</fieldset>
            <div class="actions">
            <button type="button" id="freeze" aria-pressed="false">Freeze pictures</button>
            <a class="button" id="snapshot" href="/snapshot?stream=0" download \
            title="Saves the newest masked picture">Snapshot</a>
            </div>
            </div>
            <div class="pictures">
            \(figures.joined())</div>
            </section>
            """
    }

    private static func title(_ view: WatchView) -> String {
        switch view {
        case .masked: "Masked"
        case .confidence: "Confidence"
        case .original: "Original"
        }
    }

    /// Text as it may stand between tags and in quoted attributes.
    ///
    /// Controls, and what turns the direction of writing around, become U+FFFD.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar.value {
            case 0x26: escaped += "&amp;"
            case 0x3C: escaped += "&lt;"
            case 0x3E: escaped += "&gt;"
            case 0x22: escaped += "&quot;"
            case 0x27: escaped += "&#39;"
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
