/// What the page does: asks, draws, and passes on what the viewer wants.
enum WatchScript {
    /// The whole script; what steers is in it only where viewers may.
    static func text(allowsControl: Bool) -> String {
        curves + watching + (allowsControl ? control : "") + beginning
    }

    private static let beginning = #"""

        const first = Number(location.hash.slice(1));
        choose(first < tabs.length ? first : 0);
        })();

        """#
}
