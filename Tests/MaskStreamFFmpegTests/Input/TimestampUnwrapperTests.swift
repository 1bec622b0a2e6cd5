import CFFmpeg
import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct TimestampUnwrapperTests {
    static let second: Int64 = 90_000
    /// Ticks that a clock of 33 bits counts.
    static let range: Int64 = 1 << 33

    static let streams = [AVRational(num: 1, den: 90_000), AVRational(num: 1, den: 90_000)].map {
        (timeBase: $0, bits: Int32(33))
    }

    /// Packets as (stream, time), in seconds; where they lie afterwards.
    @Test(
        "Times go on",
        arguments: [
            ("in order", [(0, 1.0), (1, 1.0), (0, 1.5), (1, 1.4)], [1.0, 1.0, 1.5, 1.4]),
            ("a gap stays", [(0, 1), (0, 500), (1, 500)], [1, 500, 500]),
            ("a step back of reordering stays", [(0, 1), (0, 0.8), (0, 1.2)], [1, 0.8, 1.2]),
            (
                "all begin again, one after the other",
                [(0, 8), (1, 8), (0, 0), (1, 8.5), (1, 0), (0, 0.5)], [8, 8, 8.5, 8.5, 8.5, 9]
            ),
            (
                "what is told of rarely lies by the others",
                [(0, 1), (1, 1), (0, 8), (0, 0), (0, 5), (1, 5)], [1, 1, 8, 8.5, 13.5, 13.5]
            ),
            (
                "one wrong time is forgotten", [(0, 50_000), (0, 9), (0, 50_001)],
                [50_000, 50_000.5, 50_001]
            ),
            ("twice", [(0, 5), (0, 0), (0, 5), (0, 1)], [5, 5.5, 10.5, 11]),
        ] as [(String, [(Int, Double)], [Double])])
    func joined(name: String, packets: [(Int, Double)], wanted: [Double]) {
        var unwrapper = TimestampUnwrapper(Self.streams)
        let placed = packets.map { stream, time in
            let ticks = Int64(time * Double(Self.second))
            return unwrapper.place(ticks, duration: Self.second / 2, stream: stream)
        }
        #expect(placed == wanted.map { Int64($0 * Double(Self.second)) }, "\(name)")
    }

    @Test("Each stream's clock runs over at its own moment, however often")
    func turned() {
        var unwrapper = TimestampUnwrapper(Self.streams)
        for time in stride(from: Int64(0), to: Self.range * 3, by: 7 * Int(Self.second)) {
            for stream in 0...1 {
                let own = time + Int64(stream) * 1000
                #expect(unwrapper.place(own % Self.range, duration: 0, stream: stream) == own)
            }
        }
    }

    @Test("No number stops it, and what is too far off is left alone")
    func anyNumber() {
        var unwrapper = TimestampUnwrapper([
            (AVRational(num: 1, den: 1), 64), (AVRational(num: 1, den: 1), 33),
        ])
        let numbers: [Int64] = [.min + 1, .min / 2, -1, 0, 1, 1 << 33, 1 << 49, .max / 2, .max]
        for first in numbers {
            for second in numbers {
                for stream in 0...1 {
                    _ = unwrapper.place(first, duration: second, stream: stream)
                    _ = unwrapper.place(second, duration: first, stream: stream)
                }
            }
        }
        #expect(unwrapper.place(.max, duration: .max, stream: 0) == .max)
    }

    @Test("Transport streams one after the other, and one over the end of its clock")
    func real() throws {
        let folder = try TemporaryFolder()
        // 2^33 ticks are 95,443.717 s.
        let parts = try [0, 0, 95_442.0].enumerated().map { index, offset in
            let clip = try Clips.make(
                "\(index).ts", in: folder,
                Clips.testSource("96x64", seconds: 3)
                    + ["-c:v", "libx264", "-output_ts_offset", "\(offset)"])
            return try Data(contentsOf: URL(fileURLWithPath: clip))
        }
        for joined in [parts[0] + parts[1], parts[2]] {
            let reading = try Reading(folder.write(joined, to: "joined.ts"))
            #expect(reading.pts.count == (joined.count > parts[2].count ? 150 : 75))
            let steps = zip(reading.pts.dropFirst(), reading.pts).map { $0 - $1 }
            #expect(steps.allSatisfy { $0 == 3600 }, "\(steps)")
        }
    }
}
