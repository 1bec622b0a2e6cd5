package import MaskStream

/// The frames of an analysis, one after another: what their events tell, and their maps.
package struct RecordedFrames {
    /// A frame of the recorded run.
    package struct Entry {
        /// What its event tells.
        package let record: FrameRecord
        /// Its confidence map, upright; nil where it had none to trust.
        package let map: ConfidenceMap?
    }

    private var events: EventReader
    /// Where no frame had a map, there is no file.
    private var maps: MapSource?
    private let path: String
    /// Whether maps have to be compared with their frames' times, as nobody has read all before.
    private let isPart: Bool

    /// Opens the two files of an analysis, at one of its frames or at the first.
    ///
    /// - Throws: `MaskStreamError` with code `noInput` or `badData`.
    package init(events path: String, maps: String, from first: FrameIndex.Place? = nil) throws {
        self.path = path
        events = try EventReader(path, from: first?.offset ?? 0)
        self.maps = FileIdentity(maps) == nil ? nil : try MapSource(maps)
        isPart = first != nil
        if let first { try self.maps?.skip(to: first.time) }
    }

    /// The next frame; nil behind the last.
    ///
    /// - Throws: `MaskStreamError` with code `badData` for a line that is no event, a damaged map,
    ///   and a map that is not there.
    package mutating func next() throws -> Entry? {
        while let event = try events.next() {
            guard case .frame(let record) = event else { continue }
            guard record.miss == nil else { return Entry(record: record, map: nil) }
            guard let map = try maps?.next(), !isPart || isOf(record) else {
                throw MaskStreamError(
                    .badData, "frame \(record.frame) of the analysis has no map (\(path))",
                    hint: "analyze the input again")
            }
            return Entry(record: record, map: map)
        }
        return nil
    }

    /// Whether the last map has a frame's time, as Matroska rounds it.
    private func isOf(_ record: FrameRecord) -> Bool {
        maps?.time.map { abs($0 - record.time) < 0.001 } == true
    }
}
