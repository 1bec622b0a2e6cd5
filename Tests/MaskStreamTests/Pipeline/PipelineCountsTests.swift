import Testing

@testable import MaskStream

struct RunReportTests {
    /// What the report says of gaps, a letter a frame and a tenth of a second.
    private static func gaps(_ frames: String) -> [Range<Double>] {
        var report = PipelineCounts()
        for (index, letter) in frames.enumerated() {
            report.sight(letter == "x", at: Double(index) / 10)
        }
        return report.gaps.map { $0.start..<$0.end }
    }

    @Test("A gap is what lies between two detections with frames without a subject between")
    func gaps() {
        #expect(Self.gaps("xxxx").isEmpty)
        #expect(Self.gaps("..xx..").isEmpty, "before the first and after the last sighting")
        #expect(Self.gaps("xx.x") == [0.1..<0.3])
        #expect(Self.gaps("x.x...x..x") == [0.2..<0.6, 0.6..<0.9, 0..<0.2])
    }

    @Test("The longest gaps are kept, the longest first")
    func longest() {
        var report = PipelineCounts()
        var time = 0.0
        for length in 1...40 {
            report.sight(true, at: time)
            report.sight(false, at: time + 0.5)
            time += Double(length)
        }
        report.sight(true, at: time)
        let lengths = report.gaps.map(\.seconds)
        #expect(lengths == (29...40).reversed().map(Double.init))
        #expect(report.longestGap == 40 && report.gapCount == 40)
    }

    /// A frame with a map and with so many subjects, or without a map.
    private static func work(
        _ index: Int, subjects: Int, miss: Miss? = nil, file: String? = nil
    ) -> FrameWork {
        let format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
        let buffer = MutablePixelBuffer(format: .gray, width: 2, height: 2).freeze()
        var work = FrameWork(
            index: index,
            source: Frame(
                format: format, pts: Int64(index) * 40, duration: 40, file: file, buffer: buffer),
            threshold: 0.5)
        let subject = Subject(box: Box(x: 0, y: 0, width: 1, height: 1), area: 1)
        work.subjects = Array(repeating: subject, count: subjects)
        work.miss = miss
        return work
    }

    @Test("Nothing was found where every frame with a map was without a subject")
    func nothing() {
        var report = PipelineCounts()
        #expect(!report.foundNothing)
        report.count(Self.work(0, subjects: 0, miss: .damaged))
        #expect(!report.foundNothing, "a frame without a map is masked whole")
        report.count(Self.work(1, subjects: 0))
        report.count(Self.work(2, subjects: 0))
        #expect(report.foundNothing && report.undetected == 2)
        #expect(report.span == 0..<0.12 && report.gaps.isEmpty)
        report.count(Self.work(3, subjects: 1))
        #expect(!report.foundNothing && report.undetected == 2)
    }

    @Test("Images of a folder are named, and there is no gap between them")
    func images() {
        var report = PipelineCounts()
        for index in 0..<40 {
            report.count(Self.work(index, subjects: index % 2, file: "\(index).png"))
        }
        #expect(report.undetected == 20 && report.gaps.isEmpty && !report.foundNothing)
        #expect(report.undetectedFiles.count == PipelineCounts.mostFiles)
        #expect(report.undetectedFiles.prefix(2) == ["0.png", "2.png"])
    }
}
