import ArgumentParser
import MaskStreamPreview

/// The options for a page that is served.
struct PageArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the page is served; 127.0.0.1:8080 by default.", valueName: "host:port"))
    var watchAddress: PageAddress?

    @Flag(help: "Let the page show the unmasked frame, too.")
    var watchOriginal = false

    /// Where it is served.
    var address: WatchAddress {
        get throws { try watchAddress?.value ?? WatchAddress("127.0.0.1:8080") }
    }
}
