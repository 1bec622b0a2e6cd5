import MaskStream
import MaskStreamPreview

/// The page of `--watch`, served while the runs last.
struct WatchServing {
    private let server: WatchServer

    /// Serves the page and prints its address.
    ///
    /// - Throws: `MaskStreamError` 69 where the address cannot be listened on.
    init(_ options: LiveArguments, streams: WatchedStreams) throws {
        do {
            let address = try options.page.address
            server = try WatchServer(
                address: address, streams: streams, allowsControl: options.watchControl,
                allowsOriginal: options.page.watchOriginal)
            Console.error("watch: \(try server.start())")
        } catch let refusal as WatchRefusal {
            throw MaskStreamError(
                .unavailable, "the page: \(refusal)", hint: "choose another --watch-address")
        }
    }

    /// Stops serving.
    func close() { server.stop() }
}
