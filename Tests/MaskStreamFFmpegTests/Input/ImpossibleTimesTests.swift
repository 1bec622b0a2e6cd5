import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct ImpossibleTimesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func expectRefusal(_ path: String, after good: Int) {
        do {
            let reading = try Reading(path)
            // A first packet at -2^63 has no time, as FFmpeg writes that.
            #expect(reading.pts.count == good || reading.pts == [0], "\(reading.pts)")
            #expect(reading.error?.code == .badData)
            #expect(reading.error?.message.contains("impossible time stamp") == true)
        } catch let error as MaskStreamError {
            #expect(good == 0 && error.code == .badData, "\(error)")
            #expect(error.message.contains("impossible time stamp"))
        } catch {
            Issue.record(error)
        }
    }

    @Test(
        "A time that no recording has ends the input, after what came before it",
        arguments: ImpossibleTimes.numbers)
    func matroska(_ time: UInt64) throws {
        for (cluster, good) in [(0, 0), (1, 3)] {
            let path = try ImpossibleTimes.matroska(time, cluster: cluster, in: folder)
            expectRefusal(path, after: good)
        }
    }

    @Test(arguments: [(1 << 60) + 1, 1 << 62] as [UInt64])
    func mp4(_ time: UInt64) throws {
        expectRefusal(try ImpossibleTimes.mp4(time, fragment: 1, in: folder), after: 3)
    }

    /// Every number that containers may give: whatever FFmpeg makes of it, nothing stops.
    @Test(arguments: ImpossibleTimes.numbers + [1 << 40, 1 << 50, 1 << 59, (1 << 60) - 1000, .max])
    func anyTimeAnywhere(_ time: UInt64) throws {
        for cluster in 0...2 {
            for start in [nil, 0.25, 1e15] as [Double?] {
                var options = InputOptions(
                    try ImpossibleTimes.matroska(time, cluster: cluster, in: folder))
                options.start = start
                options.end = start.map { $0 + 1 }
                do {
                    let reading = try Reading(options)
                    #expect(zip(reading.pts, reading.pts.dropFirst()).allSatisfy { $0 < $1 })
                } catch let error as MaskStreamError {
                    #expect(error.code == .badData)
                }
            }
        }
    }

    @Test("NUT, which writes any number")
    func nut() throws {
        for time in [0x1p59, 0x1p60, 0x1p62, 0x1.fffffp62] {
            let path = try Clips.make(
                "far.nut", in: folder,
                Clips.testSource(rate: "10")
                    + ["-c:v", "ffv1", "-bsf:v", "setts=ts=\(Int64(time))+4096*(N+1)"])
            expectRefusal(path, after: 0)
        }
    }
}
