import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Frames of an analysis, each found by itself.
@Suite struct FrameIndexTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Events of frames at 25 frames a second, scenes of 40 frames, with other lines between.
    private static func events(_ frames: Int) -> String {
        (0..<frames).map { frame in
            let scene = frame % 40 == 0 && frame > 0
            let miss = frame % 7 == 3 ? "\"damaged\"" : "null"
            return """
                {"estimate":null,"findings":{\(scene ? "\"begins_scene\":true," : "")"subjects":[],\
                "threshold":0.5},"frame":\(frame),"file":null,"kept":0.1,"miss":\(miss),\
                "primary":"none","probe":null,"pts":\(frame * 40),"schema":1,"subjects":[\
                {"box":[0,0,4,4],"confidence":null,"label":null,"scores":null,"track":\(frame % 3)}],\
                "threshold":0.5,"time":\(Double(frame) / 25),"type":"frame"}
                {"code":"c","message":"m","schema":1,"type":"warning"}

                """
        }.joined()
    }

    private func index(_ text: String) throws -> (FrameIndex, [FrameOutline]) {
        let path = try folder.write(Data(text.utf8), to: "events.ndjson")
        var outlines: [FrameOutline] = []
        let index = try FrameIndex(ofEvents: path) { outlines.append($0) }
        for frame in [0, 1, 31, 32, 33, 77, 99] where frame < index.frames {
            let record = try #require(try index.record(of: frame))
            #expect(record.frame == frame && record.time == Double(frame) / 25)
            #expect(record.beginsScene == outlines[frame].beginsScene)
            #expect(try index.record(at: record.time)?.frame == frame)
            #expect(try index.record(at: record.time + 0.039)?.frame == frame)
        }
        #expect(try index.record(of: index.frames) == nil)
        #expect(try index.record(of: -1) == nil)
        return (index, outlines)
    }

    @Test func everyFrameIsFoundByNumberAndByTime() throws {
        let (index, outlines) = try index(Self.events(100))
        #expect(index.frames == 100)
        #expect(outlines.map(\.frame) == Array(0..<100))
        #expect(outlines.map(\.pts) == (0..<100).map { Int64($0 * 40) })
        #expect(outlines.map(\.tracks) == (0..<100).map { [$0 % 3] })
        #expect(outlines.filter { $0.miss == .damaged }.count == 14)
        #expect(index.scenes.map(\.frame) == [0, 40, 80])
        #expect(index.scene(of: 39)?.frame == 0 && index.scene(of: 40)?.frame == 40)
        #expect(index.seen == [0: 0, 1: 0.04, 2: 0.08])
        #expect(index.scene(of: 99)?.frame == 80)
        #expect(index.place(before: 1.3)?.frame == 32 && index.place(before: -1)?.frame == 0)
    }

    @Test func nothingIsFoundInNothing() throws {
        let (index, outlines) = try index("")
        #expect(index.frames == 0 && outlines.isEmpty && index.scene(of: 0) == nil)
        #expect(index.place(before: 0) == nil)
        #expect(try index.record(at: 0) == nil)
    }

    @Test func aLineThatIsNoEventIsNamed() throws {
        let first = Self.events(1)
        let path = try folder.write(Data((first + "{\n").utf8), to: "events.ndjson")
        #expect {
            _ = try FrameIndex(ofEvents: path) { _ in }
        } throws: { error in
            "\(error)".contains("byte \(first.utf8.count)")
        }
    }
}
