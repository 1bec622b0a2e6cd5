import Foundation

/// Where the frames of an analysis stand in its events, so that each can be read by itself.
package struct FrameIndex: Sendable {
    /// A frame's place.
    package struct Place: Sendable, Equatable {
        /// Its number.
        package let frame: Int
        /// Its time stamp in ticks of the frames' time base.
        package let pts: Int64
        /// Its time in seconds.
        package let time: Double
        /// Where its line begins, in bytes of the file.
        package let offset: Int
    }

    /// How many frames apart places are kept.
    private static let stride = 32
    /// A microsecond, by which recorded times are rounded.
    static let tolerance = 1e-6

    /// Frames in all.
    package private(set) var frames = 0
    /// Frames that begin a scene, the first one among them.
    package private(set) var scenes: [Place] = []
    /// When each track was seen first, in seconds, by its number.
    package private(set) var seen: [Int: Double] = [:]
    private let path: String
    private var places: [Place] = []

    /// Reads the events of an analysis; `note` is called for each frame, in order.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` or `badData`.
    package init(ofEvents path: String, note: (FrameOutline) -> Void) throws {
        self.path = path
        var lines = try LineReader(path)
        while true {
            let offset = lines.offset
            guard let line = try lines.next() else { break }
            do {
                guard let frame = try FrameOutline(line) else { continue }
                add(frame, at: offset)
                note(frame)
            } catch {
                throw MaskStreamError(
                    .badData, "the line at byte \(offset) is no event (\(path))",
                    hint: "analyze the input again", underlying: error)
            }
        }
    }

    private mutating func add(_ frame: FrameOutline, at offset: Int) {
        let place = Place(frame: frame.frame, pts: frame.pts, time: frame.time, offset: offset)
        if frames == 0 || frame.beginsScene { scenes.append(place) }
        if frames % Self.stride == 0 { places.append(place) }
        for track in frame.tracks where seen[track] == nil { seen[track] = frame.time }
        frames += 1
    }

    /// What the events tell of a frame; nil where there is none of this number.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` or `badData`.
    package func record(of frame: Int) throws -> FrameRecord? {
        guard (0..<frames).contains(frame) else { return nil }
        return try record(from: places[frame / Self.stride]) { $0.frame <= frame }
    }

    /// What the events tell of the frame that is shown at a time, the first where that is earlier; nil
    /// without frames.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` or `badData`.
    package func record(at time: Double) throws -> FrameRecord? {
        guard let place = place(before: time) else { return nil }
        return try record(from: place) { $0.time <= time }
    }

    /// A place some frames at most before what is shown at a time, else the first; nil without frames.
    package func place(before time: Double) -> Place? {
        Self.last(of: places) { $0.time <= time } ?? places.first
    }

    /// Where the scene of a frame begins.
    package func scene(of frame: Int) -> Place? {
        Self.last(of: scenes) { $0.frame <= frame }
    }

    /// The times of a frame's scene, in seconds: from just before its first frame to just before the
    /// next scene's.
    func times(ofSceneOf frame: Int) -> Range<Double> {
        let number = scenes.firstIndex { $0.frame > frame } ?? scenes.count
        let start = number > 0 ? scenes[number - 1].time : 0
        let end = number < scenes.count ? scenes[number].time : .infinity
        return start - Self.tolerance..<end - Self.tolerance
    }

    /// The last frame from a place on that a test holds for, or the place's own.
    private func record(
        from place: Place, while holds: (FrameRecord) -> Bool
    ) throws -> FrameRecord? {
        var reader = try EventReader(path, from: place.offset)
        var found: FrameRecord?
        while let event = try reader.next() {
            guard case .frame(let record) = event else { continue }
            guard found == nil || holds(record) else { break }
            found = record
        }
        return found
    }

    /// The last of places in order, of which the first ones pass a test.
    private static func last(of places: [Place], where holds: (Place) -> Bool) -> Place? {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(places[middle]) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? places[low - 1] : nil
    }
}
