/// Turns a confidence map into a mask: threshold, then hysteresis, hold and dilation in time, at
/// last whole patches.
///
/// A cell is *relevant* where its interpolated confidence is above the threshold. Relevant cells
/// are kept, or hidden when ``Rule/inverts`` is set; everything that softens the decision widens
/// the relevant side, so in both directions the doubtful cell falls to the side asked for.
public struct ThresholdMasker: Sendable {
    /// How a mask is cut from a map.
    public struct Rule: Sendable, Equatable {
        /// Hide what is relevant instead of keeping it.
        public var inverts = false
        /// How far below the threshold a relevant cell stays so, and how far above it a cell
        /// must be to become relevant; where ``inverts`` is set, the threshold itself suffices.
        public var hysteresis: Float = 0
        /// Seconds for which a cell stays relevant after it was last found so.
        public var hold: Double = 0
        /// By how much the relevant side grows, as a fraction of the frame's height.
        public var dilate: Float = 0
        /// The size of patches that become relevant whole where they are touched; nil for none.
        public var patch: PatchSize?

        /// The plain rule of `--mask exact`: the threshold alone.
        public init() {}
    }

    private let rule: Rule
    private let format: FrameFormat
    private let upsampler: MapUpsampler
    private let radius: (x: Int, y: Int)
    private let patches: PatchGrid?
    /// The map's column under each column of the mask.
    private let columns: [Int]
    private var wasRelevant: [UInt8]
    private var relevantUntil: [Int32]
    private var rowActiveUntil: [Int32]
    /// Whose the cells of the last map were; nil where one threshold was for all since a reset.
    private var lastOwners: [Int32]?
    private var isFresh = true
    private var origin = 0.0
    private var values: [Float]
    private var mapRow: [Float]

    /// Prepares a masker for maps of one size over frames of one format.
    public init(rule: Rule, map: (width: Int, height: Int), format: FrameFormat) {
        self.rule = rule
        self.format = format
        let grid = format.maskGrid
        upsampler = MapUpsampler(from: map, to: grid)
        let pixels = rule.dilate * Float(format.displaySize.height)
        radius = (
            Int((pixels / Float(1 << format.pixelFormat.chromaShiftX)).rounded()),
            Int((pixels / Float(1 << format.pixelFormat.chromaShiftY)).rounded())
        )
        patches = rule.patch.map { PatchGrid($0, format) }
        columns = (0..<grid.width).map { (2 * $0 + 1) * map.width / (2 * grid.width) }
        wasRelevant = Array(repeating: 0, count: grid.width * grid.height)
        relevantUntil = Array(repeating: .min, count: grid.width * grid.height)
        rowActiveUntil = Array(repeating: .min, count: grid.height)
        values = Array(repeating: 0, count: grid.width)
        mapRow = Array(repeating: 0, count: map.width)
    }

    /// Whether the masker was made for maps of this size over frames of this format.
    func fits(_ map: ConfidenceMap, _ format: FrameFormat) -> Bool {
        self.format == format && upsampler.mapWidth == map.width
            && upsampler.mapHeight == map.height
    }

    /// Forgets the past: the next mask is cut as the first one, by the threshold alone.
    public mutating func reset() {
        isFresh = true
    }

    /// Cuts the mask of a finite map at a threshold; `time` is the frame's, in seconds.
    public mutating func mask(_ map: ConfidenceMap, threshold: Float, time: Double) -> Mask {
        mask(map, threshold: threshold, cells: nil, time: time)
    }

    /// Cuts the mask of a finite map at a threshold, or at those of its cells.
    ///
    /// A cell of the mask goes by the map cell under its centre. One that is another subject's than
    /// in the mask before is decided by its threshold alone.
    mutating func mask(
        _ map: ConfidenceMap, threshold: Float, cells own: CellThresholds?, time: Double
    ) -> Mask {
        var mask = Mask(width: upsampler.width, height: upsampler.height)
        // Milliseconds since the last reset fit for twelve days; then the past is forgotten.
        if isFresh || Self.milliseconds(time - origin) == Self.longest {
            isFresh = true
            origin = time
            forget()
        }
        let now = Self.milliseconds(time - origin)
        let band = isFresh ? 0 : rule.hysteresis
        let limits = (on: rule.inverts ? threshold : threshold + band, off: threshold - band)
        // Once there were owners, one threshold for all is a change of them.
        let thresholds = own ?? lastOwners.map { CellThresholds(threshold, count: $0.count) }
        let ownLimits = thresholds?.limits(band: band, inverts: rule.inverts, since: lastOwners)
        lastOwners = thresholds?.owners
        isFresh = false
        map.values.withUnsafeBufferPointer { map in
            mask.cells.withUnsafeMutableBufferPointer { cells in
                guard let map = map.baseAddress, let cells = cells.baseAddress else { return }
                for y in 0..<upsampler.height {
                    decideRow(y, map, cells + y * upsampler.width, limits, ownLimits, now)
                }
            }
        }
        if radius.x > 0 || radius.y > 0 { mask.dilate(x: radius.x, y: radius.y) }
        patches?.keepTouched(&mask)
        if rule.inverts { mask.invert() }
        return mask
    }

    private static let longest = Int32.max / 2

    private static func milliseconds(_ seconds: Double) -> Int32 {
        Int32(min(max((seconds * 1000).rounded(), -Double(longest)), Double(longest)))
    }

    private mutating func forget() {
        for index in rowActiveUntil.indices { rowActiveUntil[index] = .min }
        for index in wasRelevant.indices { wasRelevant[index] = 0 }
        for index in relevantUntil.indices { relevantUntil[index] = .min }
        lastOwners = nil
    }

    private mutating func decideRow(
        _ y: Int, _ map: UnsafePointer<Float>, _ cells: UnsafeMutablePointer<UInt8>,
        _ limits: (on: Float, off: Float), _ own: CellThresholds.Limits?, _ now: Int32
    ) {
        let width = upsampler.width
        let inverts = rule.inverts
        mapRow.withUnsafeMutableBufferPointer { row in
            guard let row = row.baseAddress else { return }
            upsampler.verticalRow(y, of: map, into: row)
        }
        // Most rows hold nothing relevant, and most others only in a part of their length.
        // Inverted, whatever is not known to be below the limit is hidden, NaN as well.
        let lowest = own?.lowest ?? limits.off
        let first = mapRow.firstIndex { inverts ? !($0 < lowest) : $0 > lowest }
        let last = mapRow.lastIndex { inverts ? !($0 < lowest) : $0 > lowest }
        let isQuiet = rowActiveUntil[y] < now
        let place = (2 * y + 1) * upsampler.mapHeight / (2 * upsampler.height) * upsampler.mapWidth
        if let own, !isQuiet {
            for x in 0..<width where own.isNew[place + columns[x]] {
                relevantUntil[y * width + x] = .min
            }
        }
        guard let first, let last else {
            let row = y * width..<(y + 1) * width
            wasRelevant.withUnsafeMutableBufferPointer { $0[row].update(repeating: 0) }
            if !isQuiet { holdRow(y, cells, now) }
            return
        }
        let range = upsampler.gridColumns(touching: first...last)
        values.withUnsafeMutableBufferPointer { values in
            mapRow.withUnsafeBufferPointer { row in
                guard let row = row.baseAddress, let values = values.baseAddress else { return }
                upsampler.horizontalRow(row, range: range, into: values)
            }
        }
        decide(range, of: y, into: cells, limits, own, place)
        let hold = Self.milliseconds(rule.hold)
        guard hold > 0 else { return }
        relevantUntil.withUnsafeMutableBufferPointer { until in
            guard let until = until.baseAddress.map({ $0 + y * width }) else { return }
            for x in range { until[x] = cells[x] == 0 ? until[x] : now &+ hold }
        }
        if !isQuiet { holdRow(y, cells, now) }
        rowActiveUntil[y] = max(rowActiveUntil[y], now &+ hold)
    }

    /// Decides a row's cells by their values and by what they were; those outside the range are not
    /// relevant.
    ///
    /// Plain pointers and no branches, so that the compiler makes vectors of the loops.
    private mutating func decide(
        _ range: Range<Int>, of y: Int, into cells: UnsafeMutablePointer<UInt8>,
        _ limits: (on: Float, off: Float), _ own: CellThresholds.Limits?, _ place: Int
    ) {
        let width = upsampler.width
        let inverts = rule.inverts
        @inline(__always)
        func state(_ value: Float, _ on: Float, _ off: Float, _ was: UInt8) -> UInt8 {
            let isOn: UInt8 = (inverts ? !(value < on) : value > on) ? 255 : 0
            let staysOn: UInt8 = (inverts ? !(value < off) : value > off) ? 255 : 0
            return isOn | staysOn & was
        }
        values.withUnsafeBufferPointer { values in
            wasRelevant.withUnsafeMutableBufferPointer { was in
                guard let values = values.baseAddress,
                    let was = was.baseAddress.map({ $0 + y * width })
                else { return }
                if let own {
                    for x in range {
                        let cell = place + columns[x]
                        cells[x] = state(values[x], own.on[cell], own.off[cell], was[x])
                    }
                } else {
                    for x in range { cells[x] = state(values[x], limits.on, limits.off, was[x]) }
                }
                was.update(repeating: 0, count: range.lowerBound)
                (was + range.lowerBound).update(from: cells + range.lowerBound, count: range.count)
                (was + range.upperBound).update(repeating: 0, count: width - range.upperBound)
            }
        }
    }

    /// Keeps the cells relevant whose time is not over.
    private func holdRow(_ y: Int, _ cells: UnsafeMutablePointer<UInt8>, _ now: Int32) {
        relevantUntil.withUnsafeBufferPointer { until in
            guard let until = until.baseAddress.map({ $0 + y * upsampler.width }) else { return }
            for x in 0..<upsampler.width { cells[x] |= until[x] >= now ? 255 : 0 }
        }
    }
}
