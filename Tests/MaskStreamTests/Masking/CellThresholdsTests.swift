import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Masks of subjects that have a threshold each.
@Suite struct CellThresholdsTests {
    /// A row of cells: `.` is in no component, else the number of one.
    private static func zones(_ row: String, reach: Int) -> SubjectZones {
        let owners = row.map { Int32(String($0)) ?? 0 }
        return SubjectZones(
            owners: owners, width: owners.count, height: 1, reach: reach, share: false)
    }

    private static func cells(
        _ row: String, _ thresholds: [Float], reach: Int = 0, inverts: Bool = false
    ) -> CellThresholds {
        let subjects = thresholds.enumerated().map { index, threshold in
            (component: Int32(index + 1), track: 10 * (index + 1), threshold: threshold)
        }
        return CellThresholds(subjects, zones(row, reach: reach), inverts: inverts)
    }

    @Test(
        "A cell's threshold is that of its subject's zone; of no zone or two, the one that shows least",
        arguments: [
            (row: "11.2.3.", reach: 0, owners: "1102030"),
            (row: "1....2", reach: 1, owners: "110022"),
            // The cell between two is nobody's; where there are two, each has the nearer.
            (row: "1.2", reach: 1, owners: "102"), (row: "1..2", reach: 9, owners: "1122"),
            (row: "1...2", reach: 9, owners: "11022"),
            // What is not looked at has zones, too: there nobody's threshold holds.
            (row: "9.1", reach: 1, owners: "001"), (row: "9..1", reach: 9, owners: "0011"),
        ])
    func zones(item: (row: String, reach: Int, owners: String)) {
        let thresholds: [Float] = [0.3, 0.5, 0.4]
        let owners = item.owners.map { Int(String($0)) ?? 0 }
        for inverts in [false, true] {
            let cells = Self.cells(
                item.row, thresholds, reach: item.reach, inverts: inverts)
            #expect(cells.owners == owners.map { Int32(10 * $0) })
            #expect(
                cells.values == owners.map { $0 > 0 ? thresholds[$0 - 1] : inverts ? 0.3 : 0.5 })
            #expect(cells.lowest == 0.3)
        }
    }

    @Test("Without a subject that is looked at nothing is shown, or all is hidden")
    func none() {
        #expect(Self.cells("9.", []).values == [1, 1])
        #expect(Self.cells("9.", [], inverts: true).values == [0, 0])
    }

    private static func masker(_ rule: ThresholdMasker.Rule, width: Int) -> ThresholdMasker {
        ThresholdMasker(
            rule: rule, map: (width, 1),
            format: FrameFormat(width: width, height: 1, pixelFormat: .gray))
    }

    private static func map(_ scores: [Float]) -> ConfidenceMap {
        ConfidenceMap(width: scores.count, height: 1, values: scores)
    }

    @Test("Each subject is cut at its own threshold; inverted, hidden from its own on")
    func cuts() {
        let map = Self.map([0.4, 0.4, 0.4, 0.4, 0.6])
        // Inverted, what is nobody's is hidden from the lowest threshold on.
        for (inverts, drawing) in [(false, "##..#"), (true, "...#.")] {
            var rule = ThresholdMasker.Rule()
            rule.inverts = inverts
            var masker = Self.masker(rule, width: 5)
            let cells = Self.cells("11.2.", [0.3, 0.5], inverts: inverts)
            #expect(masker.mask(map, threshold: 0.5, cells: cells, time: 0).drawing == drawing)
        }
    }

    @Test("Hysteresis is around the cell's present threshold; another owner is decided plainly")
    func hysteresis() {
        var rule = ThresholdMasker.Rule()
        rule.hysteresis = 0.125
        var masker = Self.masker(rule, width: 2)
        let steps: [(owner: String, threshold: Float, score: Float, kept: String)] = [
            ("1", 0.5, 0.5625, "#"),  // the first is plain
            ("1", 0.5, 0.4375, "#"),  // stays on in the band
            ("1", 0.5, 0.375, "."),  // off at its end
            ("1", 0.5, 0.5625, "."),  // not on within it
            ("1", 0.375, 0.5625, "#"),  // the threshold has fallen
            ("1", 0.625, 0.5625, "#"),  // and risen, but the band reaches
            ("1", 0.75, 0.5625, "."),  // no more
            ("2", 0.5, 0.5625, "#"),  // another owner: plain
            ("2", 0.5, 0.4375, "#"),  // the same again: the band
            ("1", 0.5, 0.4375, "."),  // another: plain
            (".", 0.5, 0.5625, "#"),  // nobody is another, too
            (".", 0.5, 0.4375, "#"),
        ]
        for (index, step) in steps.enumerated() {
            let subjects = ["1", "2"].map { $0 == step.owner ? step.threshold : 0.25 }
            let thresholds = step.owner == "." ? [step.threshold, 0.25] : subjects
            let cells = Self.cells(step.owner + ".", thresholds)
            let mask = masker.mask(
                Self.map([step.score, 0]), threshold: 0.5, cells: cells, time: Double(index))
            #expect(mask.drawing.prefix(1) == step.kept, "step \(index)")
        }
    }

    @Test("What was held for one subject is not held for another")
    func hold() {
        var rule = ThresholdMasker.Rule()
        rule.hold = 10
        var masker = Self.masker(rule, width: 2)
        func cut(_ row: String, _ scores: [Float]) -> String {
            masker.mask(
                Self.map(scores), threshold: 0.5, cells: Self.cells(row, [0.5, 0.5]), time: 1
            ).drawing
        }
        #expect(cut("11", [0.9, 0.9]) == "##")
        #expect(cut("11", [0, 0]) == "##")
        #expect(cut("12", [0, 0]) == "#.")
        #expect(cut("11", [0, 0]) == "#.")
        // One threshold for all is nobody's.
        #expect(masker.mask(Self.map([0, 0]), threshold: 0.5, time: 1).drawing == "..")
    }

    @Test("It equals the masker by the words, cell by cell", arguments: 0..<40)
    func asByTheWords(seed: Int) {
        var generator = SeededGenerator(seed)
        let format = ThresholdMaskerTests.formats[seed % ThresholdMaskerTests.formats.count]
        var rule = ThresholdMasker.Rule()
        rule.inverts = seed % 3 == 0
        rule.hysteresis = [0, 0.0625, 0.125].randomElement(using: &generator) ?? 0
        rule.hold = [0, 0.05].randomElement(using: &generator) ?? 0
        rule.dilate = [0, 0.1].randomElement(using: &generator) ?? 0
        let size = [(4, 3), (9, 6)].randomElement(using: &generator) ?? (1, 1)
        var fast = ThresholdMasker(rule: rule, map: size, format: format)
        var slow = SlowMasker(rule: rule, format: format)
        let grid = format.maskGrid
        var past: [Int32]?
        for frame in 0..<12 {
            let count = size.0 * size.1
            let map = ConfidenceMap(
                width: size.0, height: size.1,
                values: (0..<count).map { _ in
                    Float(Int.random(in: 0...16, using: &generator)) / 16
                })
            let owners = (0..<count).map { _ in Int32.random(in: 0...2, using: &generator) }
            let zones = SubjectZones(
                owners: owners, width: size.0, height: size.1, reach: 0, share: false)
            let cells = CellThresholds(
                [(1, 1, 0.25), (2, 2, 0.5)], zones, inverts: rule.inverts)
            let under = (0..<grid.width * grid.height).map { index in
                (2 * (index / grid.width) + 1) * size.1 / (2 * grid.height) * size.0
                    + (2 * (index % grid.width) + 1) * size.0 / (2 * grid.width)
            }
            let expected = slow.mask(
                map, thresholds: under.map { cells.values[$0] },
                isNew: under.map { owners[$0] != past?[$0] ?? 0 }, time: 30 * frame)
            let mask = fast.mask(
                map, threshold: 0.5, cells: cells, time: Double(frame) * 0.03)
            #expect(mask == expected, "frame \(frame)")
            past = owners
        }
    }
}
