import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// Runs one work through a stage that emits at once.
func run(
    _ stage: inout some Stage, _ work: consuming FrameWork,
    _ look: (borrowing FrameWork) throws -> Void
) throws {
    var count = 0
    try stage.process(work) { emitted in
        count += 1
        try look(emitted)
    }
    #expect(count == 1)
}

struct EstimateStageTests {
    private static func miss(
        _ map: ConfidenceMap?, isDamaged: Bool = false, isLive: Bool = false,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) throws -> (miss: Miss?, map: ConfidenceMap?) {
        let estimator = FakeEstimator { _ in
            guard let map else { throw FakeError("model") }
            return map
        }
        var stage = EstimateStage(estimator: estimator, isLive: isLive, onFailure: onFailure)
        let frame = Frame.painted(FrameFormat(width: 2, height: 2), isDamaged: isDamaged) {
            _, _, _ in
            0
        }
        var result: (Miss?, ConfidenceMap?)
        try run(&stage, FrameWork(index: 0, source: frame, threshold: 0.5)) {
            result = ($0.miss, $0.map)
        }
        return result
    }

    @Test("A sound map is put on the work")
    func sound() throws {
        let map = ConfidenceMap(width: 2, height: 1, values: [0, 1])
        let result = try Self.miss(map)
        #expect(result.miss == nil && result.map == map)
    }

    @Test("A map that cannot be trusted is a miss", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(bad: Float) throws {
        for index in 0..<6 {
            var map = ConfidenceMap(width: 3, height: 2)
            map.values[index] = bad
            let result = try Self.miss(map)
            #expect(result.miss == .nan && result.map == nil)
        }
    }

    @Test("An empty map is missing; a damaged picture is not scored at all")
    func missing() throws {
        #expect(try Self.miss(ConfidenceMap(width: 0, height: 0)).miss == .missing)
        let map = ConfidenceMap(width: 1, height: 1)
        #expect(try Self.miss(map, isDamaged: true) == (.damaged, nil))
        #expect(try Self.miss(nil, isDamaged: true) == (.damaged, nil))
    }

    @Test("Of a scene that begins with frames without a score, the estimator still learns")
    func lateScene() throws {
        let told = Journal()
        let estimator = FakeEstimator { frame in
            told.note("\(frame.pts) \(frame.beginsScene)")
            guard frame.pts != 2 else { throw FakeError("model") }
            return ConfidenceMap(width: 1, height: 1)
        }
        var stage = EstimateStage(estimator: estimator, isLive: true)
        let format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
        for pts: Int64 in 0..<5 {
            let frame = Frame.painted(format, pts: pts, isDamaged: pts == 1) { _, _, _ in 0 }
                .replacing(beginsScene: pts == 1)
            try run(&stage, FrameWork(index: Int(pts), source: frame, threshold: 0.5)) { _ in }
        }
        #expect(told.lines == ["0 false", "2 true", "3 true", "4 false"])
    }

    @Test("A model that fails ends a file's run and is a miss live")
    func failing() throws {
        #expect(throws: FakeError.self) { try Self.miss(nil) }
        let told = Journal()
        let miss = try Self.miss(nil, isLive: true) { told.note("\($0)") }
        #expect(miss == (.model, nil) && told.lines == ["model"])
    }
}

struct MaskStageTests {
    private static let format = FrameFormat(width: 32, height: 32, pixelFormat: .gray)

    /// What the stage makes of a map at a time.
    private static func mask(
        _ stage: inout MaskStage, _ map: ConfidenceMap?, at pts: Int64, miss: Miss? = nil,
        beginsScene: Bool = false
    ) throws -> (mask: Mask?, miss: Miss?, subjects: Int) {
        let frame = Frame.painted(format, pts: pts, isDamaged: miss == .damaged) { _, _, _ in 100 }
            .replacing(beginsScene: beginsScene)
        var work = FrameWork(index: 0, source: frame, threshold: 0.5)
        work.map = map
        work.miss = miss
        var result: (Mask?, Miss?, Int) = (nil, nil, 0)
        try run(&stage, work) { result = ($0.mask, $0.miss, $0.subjects.count) }
        return result
    }

    private static let all = ConfidenceMap(width: 4, height: 4, repeating: 1)
    private static let none = ConfidenceMap(width: 4, height: 4, repeating: 0)

    @Test("Maps of all 1, all 0 and none, in both directions", arguments: [false, true])
    func extremes(inverts: Bool) throws {
        var settings = MaskStage.Settings()
        settings.rule.inverts = inverts
        var stage = MaskStage(settings: settings)
        #expect(try Self.mask(&stage, Self.all, at: 0).mask?.keptFraction == (inverts ? 0 : 1))
        #expect(try Self.mask(&stage, Self.none, at: 40).mask?.keptFraction == (inverts ? 1 : 0))
        for miss in Miss.allCases + [nil] {
            let result = try Self.mask(&stage, nil, at: 80, miss: miss)
            #expect(result.mask == nil && result.miss == miss ?? .missing)
        }
    }

    @Test("A lost subject is hidden though the primary would not look at it")
    func manySubjects() throws {
        var settings = MaskStage.Settings()
        settings.rule.inverts = true
        settings.maxSubjects = 1
        settings.lookahead = 1
        var stage = MaskStage(settings: settings)
        // A large subject on the left, and a small one that moves and is lost on the second frame.
        let maps = [12, nil, 14].map { place -> ConfidenceMap in
            var map = ConfidenceMap(width: 16, height: 16)
            for cell in 0..<64 { map.values[cell / 4 * 16 + cell % 4] = 1 }
            if let place { map.values[8 * 16 + place] = 1 }
            return map
        }
        var shown: [UInt8?] = []
        let keep = { (work: borrowing FrameWork) in
            // The cell between the two places, on a grid of 32 by 32.
            shown.append(work.mask?.cells[16 * 32 + 26])
        }
        for (index, map) in maps.enumerated() {
            let frame = Frame.painted(Self.format, pts: Int64(40 * index)) { _, _, _ in 100 }
            var work = FrameWork(index: index, source: frame, threshold: 0.5)
            work.map = map
            try stage.process(work) { keep($0) }
        }
        try stage.finish { keep($0) }
        #expect(shown == [Mask.kept, 0, Mask.kept])
    }

    @Test("All subjects are followed, also those that are not reported; a scene begins anew")
    func tracks() throws {
        var settings = MaskStage.Settings()
        settings.maxSubjects = 2
        var stage = MaskStage(settings: settings)
        /// Columns of a width each.
        func tracks(
            _ widths: [Int: Int], at pts: Int64, beginsScene: Bool = false
        ) throws -> [Int?] {
            var map = ConfidenceMap(width: 32, height: 32)
            for (left, width) in widths {
                for row in 0..<32 {
                    for column in left..<left + width { map.values[row * 32 + column] = 1 }
                }
            }
            let frame = Frame.painted(Self.format, pts: pts) { _, _, _ in 100 }
                .replacing(beginsScene: beginsScene)
            var work = FrameWork(index: 0, source: frame, threshold: 0.5)
            work.map = map
            var found: [Int?] = []
            try run(&stage, work) { found = $0.subjects.map(\.track) }
            return found
        }
        let three = [0: 6, 10: 5, 20: 4]
        #expect(try tracks(three, at: 0) == [1, 2])
        #expect(try tracks([0: 6, 20: 4], at: 40) == [1, 3])
        #expect(try tracks([:], at: 80) == [])
        #expect(try tracks([20: 4], at: 120) == [3])
        #expect(try tracks(three, at: 160) == [1, 2])
        #expect(try tracks([20: 4], at: 200, beginsScene: true) == [1])
        var isolated = settings
        isolated.isolatesFrames = true
        stage = MaskStage(settings: isolated)
        for pts: Int64 in [0, 40] { #expect(try tracks([20 * Int(pts / 40): 4], at: pts) == [1]) }
    }

    @Test("Held masks hide more with each missed frame, for a while", arguments: [false, true])
    func hold(inverts: Bool) throws {
        var settings = MaskStage.Settings()
        settings.onMiss = .hold
        settings.missHold = 0.2
        settings.rule.inverts = inverts
        var stage = MaskStage(settings: settings)
        // The middle is kept: four by four of the eight by eight cells.
        let blob = (0..<64).map { index in
            let isInside = (2..<6).contains(index % 8) && (2..<6).contains(index / 8)
            return Float(isInside != inverts ? 1 : 0)
        }
        let map = ConfidenceMap(width: 8, height: 8, values: blob)
        #expect(try Self.mask(&stage, nil, at: 0, miss: .nan).mask == nil, "nothing to hold yet")
        var last = try #require(try Self.mask(&stage, map, at: 40).mask)
        let seen = last
        for pts: Int64 in [80, 120, 160, 200, 240] {
            let held = try #require(try Self.mask(&stage, nil, at: pts, miss: .nan).mask)
            #expect(held.keptFraction < last.keptFraction || last.keptFraction == 0)
            #expect(zip(held.cells, last.cells).allSatisfy { $0 <= $1 })
            last = held
        }
        #expect(last.keptFraction == 0)
        #expect(try Self.mask(&stage, nil, at: 241, miss: .nan).mask == nil)
        #expect(try Self.mask(&stage, map, at: 280).mask == seen)
        #expect(try Self.mask(&stage, nil, at: 320, miss: .damaged).mask == nil)
        #expect(try Self.mask(&stage, nil, at: 360, miss: .nan).mask == nil, "damage is forgotten")
    }

    @Test("A held mask shrinks from the first missed frame on, at any subsampling")
    func holdSubsampled() throws {
        var settings = MaskStage.Settings()
        settings.onMiss = .hold
        settings.missHold = 1
        let pixels = PixelFormat(.yuv, chromaShiftX: 2, chromaShiftY: 0)
        let format = FrameFormat(width: 64, height: 8, pixelFormat: pixels)
        var stage = MaskStage(settings: settings)
        var work = FrameWork(index: 0, source: Frame.noise(format, seed: 1), threshold: 0.5)
        let map = ConfidenceMap(width: 2, height: 1, values: [1, 0])
        work.map = map
        var kept: [Float] = []
        try run(&stage, work) { kept.append($0.keptFraction) }
        let next = FrameWork(index: 1, source: Frame.noise(format, seed: 1, pts: 1), threshold: 0.5)
        try run(&stage, next) { kept.append($0.keptFraction) }
        #expect(kept[0] == 0.5 && kept[1] < 0.5)
    }

    @Test("A scene that begins forgets hold, smoothing and the held mask")
    func scene() throws {
        var settings = MaskStage.Settings()
        settings.onMiss = .hold
        settings.missHold = 10
        settings.rule.hold = 10
        settings.smoothing = 0.9
        var stage = MaskStage(settings: settings)
        _ = try Self.mask(&stage, Self.all, at: 0)
        #expect(try Self.mask(&stage, Self.none, at: 40).mask?.keptFraction == 1, "still held")
        let other = try Self.mask(&stage, Self.none, at: 80, beginsScene: true)
        #expect(other.mask?.keptFraction == 0)
        _ = try Self.mask(&stage, Self.all, at: 120)
        #expect(try Self.mask(&stage, nil, at: 160, miss: .nan, beginsScene: true).mask == nil)
        _ = try Self.mask(&stage, Self.all, at: 200)
        _ = try Self.mask(&stage, nil, at: 240, miss: .damaged, beginsScene: true)
        #expect(try Self.mask(&stage, Self.none, at: 280).mask?.keptFraction == 0)
    }

    @Test("Rows of interlaced pictures decide in pairs, and a pair is kept where both are")
    func interlaced() throws {
        var format = FrameFormat(width: 8, height: 16, pixelFormat: .yuv420p)
        format.fields = .topFirst
        let frame = Frame.painted(format) { plane, _, _ in plane == 0 ? 100 : 128 }
        var work = FrameWork(index: 0, source: frame, threshold: 0.5)
        // Kept down to the third of eight rows of chroma.
        work.map = ConfidenceMap(
            width: 4, height: 8, values: (0..<32).map { $0 < 12 ? 1 : 0 })
        var stage = MaskStage(settings: MaskStage.Settings())
        try run(&stage, work) { work in
            let rows = (0..<8).map { y in work.mask.map { $0.cells[y * 4] != 0 } ?? false }
            #expect(rows == [true, true, false, false, false, false, false, false])
        }
        var odd = Mask(width: 1, height: 3, keepsAll: true)
        odd.joinFields()
        #expect(odd.keptFraction == 1, "the last row has no other")
    }

    @Test("Pictures of a folder know nothing of each other")
    func isolated() throws {
        var settings = MaskStage.Settings()
        settings.isolatesFrames = true
        settings.onMiss = .hold
        settings.missHold = 10
        settings.rule.hold = 10
        var stage = MaskStage(settings: settings)
        _ = try Self.mask(&stage, Self.all, at: 0)
        #expect(try Self.mask(&stage, Self.none, at: 40).mask?.keptFraction == 0)
        _ = try Self.mask(&stage, Self.all, at: 80)
        #expect(try Self.mask(&stage, nil, at: 120, miss: .nan).mask == nil)
    }

    @Test("Subjects come from the map, whatever the threshold")
    func subjects() throws {
        var stage = MaskStage(settings: MaskStage.Settings())
        let map = ConfidenceMap(width: 4, height: 4, repeating: 0.3)
        let result = try Self.mask(&stage, map, at: 0)
        #expect(result.subjects == 1 && result.mask?.keptFraction == 0)
    }

    @Test("Maps and pictures of another size begin anew")
    func sizes() throws {
        var settings = MaskStage.Settings()
        settings.rule.hold = 10
        settings.smoothing = 0.9
        var stage = MaskStage(settings: settings)
        _ = try Self.mask(&stage, Self.all, at: 0)
        let small = ConfidenceMap(width: 3, height: 2)
        #expect(try Self.mask(&stage, small, at: 40).mask?.keptFraction == 0)
    }
}
