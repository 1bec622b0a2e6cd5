import MaskStreamPreview
import Testing

/// Viewers pull: each gets the newest picture, and none waits for another.
@Suite struct PictureTests {
    @Test func aWaitingViewerGetsTheNewest() throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 5, jpeg: FakeStream.red) }
        let served = try Served(stream)
        let client = try Client(port: served.port)
        try client.send(served.request("GET", "/picture?stream=0&view=masked&after=5"))
        try #require(eventually { stream.now.asked.count > 1 })
        stream.update { $0.picture = WatchImage(frame: 9, jpeg: FakeStream.blue) }
        let answer = try client.answer()
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "image/jpeg")
        #expect(answer.headers["maskstream-frame"] == "9")
        #expect(answer.body == FakeStream.blue)
        // On the same connection, and without waiting.
        try client.send(served.request("GET", "/picture?view=confidence&after=3"))
        #expect(try client.answer().headers["maskstream-frame"] == "9")
        #expect(stream.now.asked.last == .confidence)
    }

    @Test func nothingNewIsSaidAfterTwoSeconds() throws {
        let stream = FakeStream { $0.picture = WatchImage(frame: 5, jpeg: FakeStream.red) }
        let served = try Served(stream)
        let clock = ContinuousClock()
        var answer: Answer?
        let time = try clock.measure { answer = try served.ask("GET", "/picture?after=5") }
        #expect(answer?.status == 204)
        #expect(answer?.headers["content-length"] == nil)
        #expect(time > .seconds(1.9))
    }

    /// More than any buffer on the way holds, so that the answer is stuck with its viewer.
    @Test func aViewerWhoDoesNotReadHoldsNobodyUp() throws {
        let large = [UInt8](repeating: 7, count: 16 << 20)
        let stream = FakeStream { $0.picture = WatchImage(frame: 1, jpeg: large) }
        let served = try Served(stream)
        let slow = try (0..<4).map { _ in try Client(port: served.port) }
        for client in slow { try client.send(served.request("GET", "/picture")) }
        try #require(eventually { stream.now.asked.count == 4 })
        for frame in 2..<50 {
            stream.update { $0.picture = WatchImage(frame: frame, jpeg: FakeStream.red) }
            let answer = try served.ask("GET", "/picture?after=\(frame - 1)")
            #expect(answer.headers["maskstream-frame"] == String(frame))
        }
        for client in slow {
            #expect(try client.answer().body == large)
            try client.send(served.request("GET", "/picture?after=1"))
            #expect(try client.answer().headers["maskstream-frame"] == "49")
        }
    }
}
