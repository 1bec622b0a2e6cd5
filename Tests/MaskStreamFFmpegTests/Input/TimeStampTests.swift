import CFFmpeg
import Testing

@testable import MaskStreamFFmpeg

@Suite struct TimeStampTests {
    static let numbers: [Int64] = [
        .min, .min + 1, -(1 << 62), -(1 << 60), -(1 << 53) - 1, -90_000, -3, -1, 0, 1, 2, 7, 1001,
        90_001, 1 << 31, (1 << 53) + 1, 1 << 60, 1 << 62, .max - 1, .max,
    ]
    static let timeBases = [
        (1, 1), (1, 25), (1001, 30_000), (1, 90_000), (1, 1000), (1, 1_000_000),
        (1, 1_000_000_000), (1, .max), (.max, 1), (.max, .max - 1), (3, 7),
    ].map { (num: Int32, den: Int32) in AVRational(num: num, den: den) }

    @Test("As FFmpeg rescales and compares, wherever FFmpeg's 64 bits suffice")
    func agreesWithFFmpeg() {
        for ticks in Self.numbers where ticks.magnitude < 1 << 62 {
            for one in Self.timeBases {
                for other in Self.timeBases {
                    let exact = Double(ticks) * av_q2d(one) / av_q2d(other)
                    guard abs(exact) < 0x1p61 else { continue }
                    let time = TimeStamp(ticks, one)
                    let rescaled = time.ticks(of: other)
                    #expect(rescaled == av_rescale_q(ticks, one, other))
                    let order = av_compare_ts(ticks, one, rescaled, other)
                    #expect((time < TimeStamp(rescaled, other)) == (order < 0))
                    #expect((time == TimeStamp(rescaled, other)) == (order == 0))
                }
            }
        }
    }

    @Test("No number and no time base stops it; what is too large stays large, with its sign")
    func saturates() {
        let unfit = [AVRational(num: 0, den: 0), AVRational(num: 1, den: 0)]
        for one in Self.numbers {
            for other in Self.numbers {
                for timeBase in Self.timeBases + unfit {
                    for second in Self.timeBases + unfit {
                        let (a, b) = (TimeStamp(one, timeBase), TimeStamp(other, second))
                        _ = (a + b, a - b, a < b, a == b, a.seconds)
                    }
                }
                _ = (one.plus(other), one.minus(other), one.times(other), one.moved(by: other))
            }
        }
        let furthest = TimeStamp.furthest
        #expect(Int64.max.plus(.max) == furthest)
        #expect(Int64.min.minus(.max) == -furthest)
        #expect(Int64(-1 << 40).times(1 << 40) == -furthest)
        #expect(TimeStamp(1 << 59, Self.timeBases[0]).ticks(of: Self.timeBases[6]) == furthest)
        #expect(TimeStamp(-1 << 59, Self.timeBases[8]).ticks(of: Self.timeBases[7]) == -furthest)
        #expect(TimeStamp(1 << 59, Self.timeBases[8]) > TimeStamp(1 << 59, Self.timeBases[7]))
        #expect(TimeStamp(seconds: 1e300).ticks == furthest)
        #expect(TimeStamp(seconds: -1.5).ticks == -1_500_000)
    }

    @Test func anUnknownTimeStaysUnknown() {
        #expect(noTimestamp.moved(by: 5) == noTimestamp)
    }

    @Test func someTimesAreImpossible() {
        let limit = TimeStamp.limit
        for (ticks, timeBase, isPossible) in [
            (limit, 6, true), (-limit, 6, true), (limit + 1, 6, false), (-limit - 1, 6, false),
            (.max, 6, false), (.min, 6, false), (1 << 48, 4, false), (-1 << 48, 3, false),
            (1 << 48, 5, true),
            (1 << 46, 0, true), (3, 8, true),
        ] as [(Int64, Int, Bool)] {
            let time = TimeStamp(ticks, Self.timeBases[timeBase])
            #expect(time.isPossible == isPossible, "\(ticks)")
        }
    }

    @Test func clocksOfFramesSurviveTheLimits() {
        let numbers = Self.numbers.filter { $0.magnitude <= TimeStamp.limit }
        for first in numbers {
            for second in numbers {
                var clock = FrameClock()
                let times = [first, second, nil, second].map { ticks in
                    clock.stamp(ticks, duration: TimeStamp.limit)
                }
                #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(first) \(second)")
            }
        }
    }
}
