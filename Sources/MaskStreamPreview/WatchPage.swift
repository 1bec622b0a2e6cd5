import MaskStreamWeb

/// The page on which streams are watched; it needs nothing but its own server.
struct WatchPage {
    /// The streams' numbers and names in their order.
    let streams: [(number: Int, name: String)]
    let allowsControl: Bool
    let allowsOriginal: Bool
    /// What marks our own style and script for the browser, different for every response.
    let nonce: String

    /// The page's source.
    var html: String {
        let views = WatchView.allCases.filter { $0 != .original || allowsOriginal }
        return Assets.watch.filled([
            "nonce": "\(nonce)", "style": Assets.watchStyle,
            "input": "\(streams.first?.name ?? "")",
            "first": "\(streams.first?.number ?? 0)",
            "tabs": tabs, "choices": views.map(Self.choice).joined(),
            "views": views.map(Self.figure).joined(), "steered": allowsControl ? " steered" : "",
            "controls": allowsControl ? Assets.controls : "", "promise": promise,
            "drawing": Assets.drawing,
            "script": Assets.watchScript + (allowsControl ? Assets.controlScript : ""),
        ])
    }

    /// What may be on show, said where it is seen.
    private var promise: Markup {
        allowsOriginal
            ? """
            <strong class="alert">This run lets unmasked frames be seen.</strong> Whoever can \
            open this page can see them.
            """
            : "Masked pixels show the fill alone; unmasked frames cannot be seen here."
    }

    private var tabs: Markup {
        guard streams.count > 1 else { return "" }
        let tabs = streams.map { number, name -> Markup in
            "<button type=\"button\" data-stream=\"\(number)\"><bdi>\(name)</bdi></button>\n"
        }
        return "<nav class=\"tabs\" aria-label=\"Streams\">\n\(tabs.joined())</nav>\n"
    }

    private static func choice(_ view: WatchView) -> Markup {
        """
        <label class="pill"><input type="checkbox" name="view" value="\(view.rawValue)"\
        \(view == .original ? "" : " checked")><span>\(title(view))</span></label>

        """
    }

    private static func figure(_ view: WatchView) -> Markup {
        let warning: Markup =
            view == .original ? " <strong class=\"alert\">unmasked</strong>" : ""
        return """
            <figure class="picture" data-view="\(view.rawValue)"\
            \(view == .original ? " hidden" : "")><div class="frame">\
            <canvas width="16" height="9" role="img" aria-label="\(title(view))"></canvas>\
            <span class="none">No frame yet</span></div>\
            <figcaption><b>\(title(view))</b>\(warning)<span class="when"></span></figcaption>\
            </figure>

            """
    }

    private static func title(_ view: WatchView) -> String {
        switch view {
        case .masked: "Masked"
        case .confidence: "Confidence"
        case .original: "Original"
        }
    }
}
