/// What edits keep in each frame of a render: whatever a second look finds there is shown on purpose.
package struct KeptPlaces: Sendable {
    private struct Places {
        /// The frame's time in seconds.
        let time: Double
        /// Around what tracks show, in displayed pixels.
        let tracks: [Box]
        /// Which of the regions.
        let regions: [Int]
    }

    /// Seconds by which containers round times.
    private static let tolerance = 0.01

    private let regions: [Edits.Region]
    private var start: Double?
    private var size = (width: 0, height: 0)
    /// By the frame's number; most frames have none.
    private var frames: [Int: Places] = [:]

    /// Nothing was kept yet.
    package init(_ edits: Edits) { regions = edits.regions }

    /// Notes what is kept in the next frame: tracks in stored pixels, regions by their place in the
    /// edits.
    mutating func add(_ frame: Frame, _ index: Int, tracks: [Box], regions: [Int]) {
        let format = frame.format
        start = start ?? frame.time
        size = format.displaySize
        guard !tracks.isEmpty || !regions.isEmpty else { return }
        let shown = tracks.map { $0.displayed(format.orientation, in: format.width, format.height) }
        frames[index] = Places(time: frame.time, tracks: shown, regions: regions)
    }

    /// Whether a place in stored pixels lies wholly in one that is kept.
    ///
    /// - Parameters:
    ///   - frame: a frame of the output.
    ///   - index: its number.
    ///   - first: the time of the output's first frame, in seconds.
    func hold(_ place: Box, in frame: Frame, _ index: Int, first: Double) -> Bool {
        let format = frame.format
        guard let kept = frames[index], let start, format.displaySize == size,
            abs((kept.time - start) - (frame.time - first)) < Self.tolerance
        else { return false }
        let shown = place.displayed(format.orientation, in: format.width, format.height)
        return kept.tracks.contains { $0.holds(shown) }
            || kept.regions.contains { index in
                regions[index].shape.cells(at: kept.time, in: format, whole: true)
                    .all(of: place, over: format, are: Mask.kept)
            }
    }
}

extension Box {
    /// Whether all of another box is in it.
    fileprivate func holds(_ other: Box) -> Bool {
        x <= other.x && y <= other.y && x + width >= other.x + other.width
            && y + height >= other.y + other.height
    }
}

extension Mask {
    /// Whether every cell that a box of pixels touches has a value.
    func all(of box: Box, over format: FrameFormat, are value: UInt8) -> Bool {
        let pixels = format.pixelFormat
        let columns = box.x >> pixels.chromaShiftX...(box.x + box.width - 1) >> pixels.chromaShiftX
        let rows = box.y >> pixels.chromaShiftY...(box.y + box.height - 1) >> pixels.chromaShiftY
        return rows.allSatisfy { y in
            columns.allSatisfy { x in
                x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x] == value
            }
        }
    }
}
