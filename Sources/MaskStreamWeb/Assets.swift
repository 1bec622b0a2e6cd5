/// The files of `Assets`, which are inside the program.
package enum Assets {
    /// The report of a run.
    package static let report = Template(text(PackageResources.report_html))
    package static let reportStyle = markup(PackageResources.page_css, PackageResources.report_css)
    package static let reportScript = markup(PackageResources.chart_js, PackageResources.report_js)

    /// The page on which streams are watched.
    package static let watch = Template(text(PackageResources.watch_html))
    package static let watchStyle = markup(
        PackageResources.page_css, PackageResources.form_css, PackageResources.watch_css)
    package static let watchScript = markup(PackageResources.chart_js, PackageResources.watch_js)
    /// What is in that page only where viewers may change the run.
    package static let controls = markup(PackageResources.controls_html)
    package static let controlScript = markup(PackageResources.control_js)

    /// The page on which an analysis is corrected.
    package static let review = Template(text(PackageResources.review_html))
    package static let reviewStyle = markup(
        PackageResources.page_css, PackageResources.form_css, PackageResources.review_css)
    package static let reviewScript = markup(
        PackageResources.chart_js, PackageResources.review_js, PackageResources.review_edits_js,
        PackageResources.review_tracks_js,
        PackageResources.review_frame_js, PackageResources.review_regions_js,
        PackageResources.review_shapes_js, PackageResources.review_times_js,
        PackageResources.review_chosen_js, PackageResources.review_panels_js,
        PackageResources.review_keys_js)

    /// The blank that charts are drawn on.
    package static let drawing = markup(PackageResources.drawing_html)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func markup(_ files: [UInt8]...) -> Markup {
        Markup(trusted: files.map(text).joined())
    }
}
