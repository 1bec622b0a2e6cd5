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

    /// Opens the two files of an analysis.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` or `badData`.
    package init(events path: String, maps: String) throws {
        self.path = path
        events = try EventReader(path)
        self.maps = FileIdentity(maps) == nil ? nil : try MapSource(maps)
    }

    /// The next frame; nil behind the last.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for a line that is no event, a damaged map,
    ///   and a map that is not there.
    package mutating func next() throws -> Entry? {
        while let event = try events.next() {
            guard case .frame(let record) = event else { continue }
            guard record.miss == nil else { return Entry(record: record, map: nil) }
            guard let map = try maps?.next() else {
                throw MaskStreamError(
                    .badData, "frame \(record.frame) of the analysis has no map (\(path))",
                    hint: "analyze the input again")
            }
            return Entry(record: record, map: map)
        }
        return nil
    }
}
