import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// What goes wrong with an estimator for a few frames.
enum Fault: String, CaseIterable, Sendable {
    /// It sees nothing.
    case blank
    /// Its scores are no numbers.
    case nan
    /// It gives no map.
    case missing
    /// The decoder has to guess the picture.
    case damaged
}

/// A leaked pixel is one that is shown in a run with a fault and not in the run without it.
struct LeakTests {
    /// A subject that moves through a picture of 64x36 cells.
    private static let cells = (width: 64, height: 36)

    struct Way: Sendable, CustomTestStringConvertible {
        let name: String
        /// The middle of the subject at a frame.
        let place: @Sendable (Int) -> (x: Float, y: Float)
        var testDescription: String { name }

        static let all = [
            Way(name: "rests") { _ in (30, 18) },
            Way(name: "moves") { (10 + Float($0) * 1.3, 18 - Float($0) * 0.3) },
            Way(name: "moves fast") { (4 + Float($0) * 3, 10 + Float($0)) },
        ]
    }

    /// The masks of a run, nil where all is masked; `fault` begins at frame 8.
    private static func masks(
        _ way: Way, inverts: Bool, fault: Fault?, frames: Int, isSoft: Bool,
        onMiss: MaskStage.OnMiss
    ) throws -> [[UInt8]?] {
        var settings = MaskStage.Settings()
        settings.rule.inverts = inverts
        settings.rule.hysteresis = 0.04
        settings.rule.hold = 0.2
        settings.rule.dilate = 0.02
        settings.smoothing = 0.5
        settings.lookahead = 3
        settings.onMiss = onMiss
        settings.missHold = 0.2
        let journal = Confined([[UInt8]?](), label: "maskstream.test.masks")
        let faulty = 8..<8 + frames
        let format = FrameFormat(
            width: 2 * cells.width, height: 2 * cells.height, timeBase: Rational(1, 30))
        let source = FaultySource(
            format: format, damaged: fault == .damaged ? faulty : 0..<0, count: 20)
        let estimator = FakeEstimator { frame in
            let index = Int(frame.pts)
            guard let fault, faulty.contains(index) else {
                return map(way.place(index), isSoft: isSoft)
            }
            switch fault {
            case .blank: return ConfidenceMap(width: cells.width, height: cells.height)
            case .nan:
                return ConfidenceMap(width: cells.width, height: cells.height, repeating: .nan)
            case .missing, .damaged: return ConfidenceMap(width: 0, height: 0)
            }
        }
        _ = try Pipeline(
            source: source,
            parts: [
                Pipeline.Part("estimate", EstimateStage(estimator: estimator)),
                Pipeline.Part("mask", MaskStage(settings: settings)),
                Pipeline.Part("render", RenderStage()),
            ],
            sink: FakeSink(Journal()), controller: FixedThreshold(inverts ? 0.2 : 0.4),
            lookahead: settings.lookahead,
            observe: { work, _ in
                let cells = work.mask?.cells
                journal.sync { $0.append(cells) }
            }
        ).run()
        return journal.sync { $0 }
    }

    private static func map(_ place: (x: Float, y: Float), isSoft: Bool) -> ConfidenceMap {
        var map = ConfidenceMap(width: cells.width, height: cells.height)
        for cell in map.values.indices {
            let x = Float(cell % cells.width) - place.x
            let y = Float(cell / cells.width) - place.y
            let distance = (x * x + y * y).squareRoot()
            map.values[cell] = isSoft ? max(0, 1 - distance / 9) : distance < 6 ? 0.95 : 0.05
        }
        return map
    }

    @Test(
        "No pixel leaks through a fault of one to three frames",
        arguments: Fault.allCases, Way.all)
    func leaks(fault: Fault, way: Way) throws {
        for inverts in [false, true] {
            for isSoft in [false, true] {
                for frames in 1...3 {
                    let clean = try Self.masks(
                        way, inverts: inverts, fault: nil, frames: frames, isSoft: isSoft,
                        onMiss: .maskAll)
                    let faulty = try Self.masks(
                        way, inverts: inverts, fault: fault, frames: frames, isSoft: isSoft,
                        onMiss: .maskAll)
                    #expect(clean.count == 20 && faulty.count == 20)
                    let leaked = zip(clean, faulty).map { clean, faulty in
                        guard let clean, let faulty else { return 0 }
                        return zip(clean, faulty).count { $0 == 0 && $1 != 0 }
                    }
                    #expect(
                        leaked.allSatisfy { $0 == 0 },
                        "\(leaked) inverts \(inverts), soft \(isSoft), \(frames) frames")
                }
            }
        }
    }
}

/// Frames of noise, some of them damaged.
private struct FaultySource: FrameSource {
    let format: FrameFormat
    let damaged: Range<Int>
    let count: Int
    private var index = 0

    init(format: FrameFormat, damaged: Range<Int>, count: Int) {
        self.format = format
        self.damaged = damaged
        self.count = count
    }

    mutating func next() throws -> Frame? {
        guard index < count else { return nil }
        defer { index += 1 }
        return Frame.painted(
            format, pts: Int64(index), isDamaged: damaged.contains(index)
        ) { _, x, y in 100 + (x + y) % 50 }
    }
}
