import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamReports

/// What a detector finds of sliced and full frames and of packed subjects, counted.
struct DetectionComparisonTests {
    private static let format = FrameFormat(width: 64, height: 32, pixelFormat: .gray)
    /// Two small objects, and a large one that only whole frames show.
    private static let small = [
        Box(x: 4, y: 4, width: 8, height: 8), Box(x: 50, y: 20, width: 8, height: 8),
    ]
    private static let large = Box(x: 8, y: 2, width: 48, height: 28)
    private static let subject = Subject(box: Box(x: 2, y: 2, width: 12, height: 12), area: 4)

    /// Finds the small objects in regions of at most 32 pixels, the large one in larger ones, and in
    /// all of them something that it is not sure of; notes what it is shown.
    private static func model(_ journal: Journal, _ name: String) -> FakePrimary {
        FakePrimary { _, region in
            journal.note("\(name) \(region.box.width)\(region.mask == nil ? "" : " masked")")
            let shown = region.box.width <= 32 ? small : [large]
            let inside = shown.filter { region.box.iou(with: $0) > 0 }
            var prediction = Prediction(labels: ["a"], scores: [0.9])
            prediction?.objects =
                inside.map { DetectedObject(box: $0, label: 0, score: 0.9) }
                + [DetectedObject(box: region.box, label: 0, score: 0.2)]
            return prediction
        }
    }

    private static func look(
        _ frames: [[Subject]], sizes: [Int?] = [nil]
    ) throws -> (record: DetectionTallies, notes: [String]) {
        let journal = Journal()
        let record = Confined(DetectionTallies(), label: "test")
        let views = sizes.map { size in
            DetectionComparisonStage.View(
                size: size, width: 32, height: 32, windows: model(journal, "window"),
                canvas: model(journal, "canvas"))
        }
        var stage = DetectionComparisonStage(views: views, into: record)
        for (index, subjects) in frames.enumerated() {
            var work = FrameWork(
                index: index, source: Frame.noise(format, seed: 1, pts: Int64(index) * 1000),
                threshold: 0.5)
            work.mask = Mask(width: 64, height: 32, keepsAll: true)
            work.subjects = subjects
            try stage.process(work) { _ in }
        }
        return (record.sync { $0 }, journal.lines)
    }

    @Test("Slices and frame, frame, crops and masked crops are shown in turn")
    func variants() throws {
        let (record, notes) = try Self.look([[Self.subject]], sizes: [nil, 64])
        let expected = [
            "window 32", "window 32", "window 32", "window 64", "window 64", "canvas 12",
            "canvas 12 masked", "window 64", "canvas 12 masked",
        ]
        #expect(notes == expected)
        #expect(record.objects == 3 && record.objectsOutside == 2)
        let recalls = DetectionVariant.allCases.map { (variant: DetectionVariant) -> Double? in
            record[variant].recall(minus: record[.full])?.value
        }
        let third = 1.0 / 3
        #expect(recalls == [1, third, third, third])
        #expect(record[.packed].precision == 1 && record[.sliced].cost.runs == 4)
        #expect(record[.packed].cost.runs == 1 && record[Series(.packed, size: 64)] != nil)
        #expect(record[Series(.sliced, size: 64)] == nil)
    }

    @Test("Without a subject nothing is packed, and what is there is not found")
    func noSubject() throws {
        let (record, notes) = try Self.look([[Self.subject], []])
        #expect(notes.count { $0.hasPrefix("canvas") } == 2)
        #expect(record[.packed].cost.runs == 1 && record[.packed].blockCount == 2)
        let figure = try #require(record[.packed].recall(minus: record[.full]))
        let sixth = 1.0 / 6
        #expect(figure.value == sixth)
        #expect(abs(figure.difference + sixth) < 1e-12)
        #expect(record.counts.withSubject == 1 && record.objects == 6)
    }

    @Test("Objects match by class and half of their area, each of the reference's once")
    func matching() {
        func object(_ x: Int, label: Int = 0, score: Float = 0.5) -> DetectedObject {
            DetectedObject(
                box: Box(x: x, y: 0, width: 12, height: 10), label: label, score: score)
        }
        let reference = [object(0), object(100)]
        #expect(DetectionMatch.count([object(4)], in: reference) == 1)
        #expect(DetectionMatch.count([object(5)], in: reference) == 0)
        #expect(DetectionMatch.count([object(0, label: 1)], in: reference) == 0)
        #expect(DetectionMatch.count([object(0), object(1), object(100)], in: reference) == 2)
        #expect(DetectionMatch.count([], in: reference) == 0)
        var tally = DetectionTally()
        #expect(tally.precision == nil && tally.recall(minus: tally) == nil)
        tally.add([object(0), object(50)], reference: [], block: 0)
        #expect(tally.precision == 0 && tally.recall(minus: tally) == nil)
    }
}
