import MaskStream
import Testing

@Suite struct UptimeTests {
    @Test("A moment noted later by another thread is no time ago, not 584 years")
    func backwards() {
        #expect(Uptime.elapsed(from: 5, to: 3) == 0)
        #expect(Uptime.elapsed(from: 3, to: 5) == 2)
        #expect(Uptime.seconds(from: .max, to: 0) == 0)
        #expect(Uptime.seconds(from: 0, to: 1_500_000_000) == 1.5)
        #expect(Uptime.elapsed(from: Uptime.now) < 10_000_000_000)
        var clock = StageClock(name: "ahead")
        clock.record(since: .max)
        #expect(clock.total == 0)
    }

    @Test("Whatever is asked for, there is a moment")
    func anySeconds() {
        #expect(Uptime.moment(1.5, after: 10) == 1_500_000_010)
        for seconds in [-1, -1e300, .nan, 0] { #expect(Uptime.moment(seconds, after: 7) == 7) }
        for seconds in [1e11, 1e300, .infinity] {
            #expect(Uptime.moment(seconds, after: 7) == .max)
        }
    }

    @Test(arguments: [
        (0.0, 0), (-0.9, 0), (7.9, 7), (-7.9, -7), (1e300, Int.max), (-1e300, Int.min),
        (0x1p63, Int.max), (-0x1p63, Int.min), (Double.nan, 0), (-.infinity, Int.min),
    ])
    func wholeNumbers(_ value: Double, _ expected: Int) {
        #expect(Int(saturating: value) == expected)
        #expect(UInt64(saturating: value) == UInt64(max(0, expected)) || value >= 0x1p63)
    }
}
