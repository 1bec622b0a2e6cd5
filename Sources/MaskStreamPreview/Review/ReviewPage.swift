import MaskStreamWeb

/// The page on which an analysis is looked at and corrected; it needs nothing but its own server.
struct ReviewPage {
    /// The input's name.
    let name: String
    let allowsOriginal: Bool
    /// What marks our own style and script for the browser, different for every response.
    let nonce: String

    /// The page's source.
    var html: String {
        Assets.review.filled([
            "nonce": "\(nonce)", "style": Assets.reviewStyle, "input": "\(name)",
            "views": allowsOriginal ? Self.views : "", "promise": promise,
            "drawing": Assets.drawing, "script": Assets.reviewScript,
        ])
    }

    /// What may be on show, said where it is seen.
    private var promise: Markup {
        allowsOriginal
            ? """
            <strong class="alert">This review lets unmasked frames be seen.</strong> Whoever can \
            open this page can see them.
            """
            : "Frames are shown as they are rendered; unmasked frames cannot be seen here."
    }

    private static let views: Markup = """
        <fieldset class="pills"><legend class="quiet">Show</legend>
        <label class="pill"><input type="radio" name="view" value="masked" checked>\
        <span>Rendered</span></label>
        <label class="pill"><input type="radio" name="view" value="original">\
        <span>Unmasked</span></label>
        </fieldset>

        """
}
