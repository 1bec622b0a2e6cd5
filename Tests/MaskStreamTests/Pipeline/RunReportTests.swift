import Testing

@testable import MaskStream

struct RunReportTests {
    /// What the report says of sightings, a letter a frame and a tenth of a second.
    private static func gaps(_ frames: String) -> [Range<Double>] {
        var report = RunReport()
        for (index, letter) in frames.enumerated() {
            report.sight(letter == "x", at: Double(index) / 10)
        }
        return report.gaps
    }

    @Test("A gap is what lies between two sightings with frames without a subject between")
    func gaps() {
        #expect(Self.gaps("xxxx").isEmpty)
        #expect(Self.gaps("..xx..").isEmpty, "before the first and after the last sighting")
        #expect(Self.gaps("xx.x") == [0.1..<0.3])
        #expect(Self.gaps("x.x...x..x") == [0.2..<0.6, 0.6..<0.9, 0..<0.2])
    }

    @Test("The longest gaps are kept, the longest first")
    func longest() {
        var report = RunReport()
        var time = 0.0
        for length in 1...40 {
            report.sight(true, at: time)
            report.sight(false, at: time + 0.5)
            time += Double(length)
        }
        report.sight(true, at: time)
        let lengths = report.gaps.map { $0.upperBound - $0.lowerBound }
        #expect(lengths == (31...40).reversed().map(Double.init))
        #expect(report.longestGap == 40)
    }
}
