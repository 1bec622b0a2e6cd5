import Dispatch
import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct LiveSourceTests {
    /// Waits until as many pictures have come.
    private static func wait(for count: Int, _ source: LiveSource) {
        while source.counts.captured < count { usleep(200) }
    }

    private static func rest(_ source: LiveSource) throws -> [Int64] {
        var times: [Int64] = []
        while let frame = try source.next() { times.append(frame.pts / 40) }
        return times
    }

    @Test("The newest pictures win, in their order, behind the first one", arguments: [1, 3, 20])
    func newest(room: Int) throws {
        let journal = Journal()
        let source = LiveSource(FakeSource(11, journal: journal), room: room)
        #expect(source.counts.captured == 0, "nothing is read before somebody asks")
        #expect(try source.next()?.pts == 0)
        Self.wait(for: 11, source)
        #expect(try Self.rest(source) == Array((1..<11).suffix(room)).map(Int64.init))
        #expect(source.counts.dropped == max(0, 10 - room))
        #expect(try source.next() == nil, "the end stays the end")
        #expect(journal.alive == 0)
    }

    @Test("A scene begins with the next picture where its first is dropped")
    func droppedScene() throws {
        struct Scenes: FrameSource {
            let format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
            var index: Int64 = 0
            mutating func next() throws -> Frame? {
                defer { index += 1 }
                guard index < 5 else { return nil }
                let buffer = MutablePixelBuffer(format: .gray, width: 2, height: 2).freeze()
                return Frame(
                    format: format, pts: index * 40, beginsScene: index == 2, buffer: buffer)
            }
        }
        let source = LiveSource(Scenes(), room: 1)
        #expect(try source.next()?.pts == 0)
        Self.wait(for: 5, source)
        #expect(try source.next()?.beginsScene == true)
    }

    @Test("What ended the source is thrown after the pictures before it")
    func failure() throws {
        let source = LiveSource(
            FakeSource(9, before: { if $0 == 2 { throw FakeError("unplugged") } }), room: 5)
        #expect(try source.next()?.pts == 0)
        #expect(try source.next()?.pts == 40)
        #expect(throws: FakeError("unplugged")) { _ = try source.next() }
        #expect(try source.next() == nil)
    }

    @Test("A source that gives nothing ends, or fails once", arguments: [false, true])
    func nothing(fails: Bool) throws {
        let source = LiveSource(
            FakeSource(0, before: { _ in if fails { throw FakeError("unplugged") } }), room: 1)
        if fails {
            #expect(throws: FakeError("unplugged")) { _ = try source.next() }
        }
        #expect(try source.next() == nil)
        #expect(try source.next() == nil)
    }

    @Test("A slow output drops pictures at the source alone, and nothing piles up")
    func slowSink() throws {
        let journal = Journal()
        let source = LiveSource(
            FakeSource(60, journal: journal, before: { _ in usleep(1000) }), room: 1)
        let pipeline = Pipeline(
            source: source, parts: [Pipeline.Part("paint", FakeStage.painting)],
            sink: FakeSink(journal, onWrite: { _ in usleep(5000) }),
            controller: FixedThreshold(0.5), isLive: true, depth: 2)
        let report = try pipeline.run()
        let counts = source.counts
        #expect(counts.captured == 60 && counts.dropped > 10)
        #expect(report.framesIn == 60 - counts.dropped && report.framesOut == report.framesIn)
        let times = journal.lines.dropLast().compactMap { Int($0.dropFirst(6)) }
        #expect(times == times.sorted() && Set(times).count == times.count)
        #expect(journal.mostAlive <= 4, "two under way, one that waits, one that comes")
    }

    @Test("With a fixed delay a picture leaves when it is due, or at once where it is late")
    func paced() throws {
        let late = Confined(0, label: "test")
        let journal = Journal()
        var sink = PacedSink(FakeSink(journal), delay: 0.05, late: late)
        let format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
        for (pts, age) in [(0, 0.0), (40, 0.02), (80, 1)] {
            let now = DispatchTime.now().uptimeNanoseconds
            let captured = now - UInt64(age * 1e9)
            let buffer = MutablePixelBuffer(format: .gray, width: 2, height: 2).freeze()
            try sink.write(
                Frame(format: format, pts: Int64(pts), captured: captured, buffer: buffer))
            let waited = Double(DispatchTime.now().uptimeNanoseconds - captured) / 1e9
            #expect(waited >= 0.05)
        }
        #expect(late.sync { $0 } == 1)
        try sink.finish()
        #expect(journal.lines == ["write 0", "write 40", "write 80", "finish"])
    }
}
