import Dispatch
import MaskStream
import MaskStreamPreview

/// `maskstream review` on its way: the page is served until somebody stops the program.
struct ReviewSession {
    private let command: ReviewCommand

    /// Takes what was asked for.
    init(_ command: ReviewCommand) { self.command = command }

    /// Opens the analysis and serves its page.
    ///
    /// - Throws: what opening the analysis and its input throws; `MaskStreamError` 69 where the
    ///   address cannot be listened on.
    func run() throws {
        let review = try AnalysisReview(command)
        let server: ReviewServer
        do {
            server = try ReviewServer(
                address: command.page.address, review: review,
                allowsOriginal: command.page.watchOriginal)
            Console.error("review: \(try server.start())")
        } catch let refusal as WatchRefusal {
            throw MaskStreamError(
                .unavailable, "the page: \(refusal)", hint: "choose another --watch-address")
        }
        let (interrupts, end) = (Interrupts(), DispatchSemaphore(value: 0))
        interrupts.draining({ end.signal() }) { end.wait() }
        server.stop()
        review.end()
    }
}

extension ReviewCommand {
    func run() throws { try ReviewSession(self).run() }
}
