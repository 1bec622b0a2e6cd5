extension Edits {
    /// A track that is named with a moment, in its scene.
    private struct Found {
        let name: TrackMoment
        let scene: Range<Double>
        /// The frame that is shown at the moment.
        let time: Double

        func isSame(as other: Found) -> Bool {
            name.number == other.name.number && scene == other.scene
        }
    }

    /// Whether tracks are named: only an analysis knows which there are.
    package var namesTracks: Bool { !people.isEmpty || !tracks.isEmpty }

    /// The same edits, each of one track in one scene, with what is done to one of a person's tracks
    /// done to all of them.
    ///
    /// - Parameters:
    ///   - index: the frames of the analysis.
    ///   - path: what errors call the edits.
    /// - Throws: ``MaskStreamError`` with code `configuration` for a track that is nowhere, that is
    ///   not there at its moment, that belongs to two people, and where one of a person's tracks is
    ///   kept and another one hidden; what reading the analysis throws.
    package func resolved(by index: FrameIndex, name path: String) throws -> Edits {
        var edits = self
        edits.people = []
        edits.tracks = try tracks.map { track in
            guard let moment = track.moment else {
                guard index.seen[track.number] != nil else {
                    throw Self.wrong(
                        "\(path): tracks.\(track.number): there is no track \(track.number)",
                        "events.ndjson of the analysis lists the tracks of each frame")
                }
                return track
            }
            let named = TrackMoment(number: track.number, time: moment)
            return Self.edit(
                try Self.find(named, index, "\(path): tracks.\(named)"), track.action)
        }
        let own = edits.tracks
        var owners: [(found: Found, person: String)] = []
        for person in people {
            let key = "\(path): people.\(person.name)"
            let found = try person.tracks.map { try Self.find($0, index, key) }
            for track in found {
                if let owner = owners.first(where: { $0.found.isSame(as: track) }) {
                    throw Self.wrong(
                        "\(key) has \(track.name), which people.\(owner.person) has as well",
                        "give each track to one person")
                }
            }
            edits.onePerson.append(
                found.map { SceneTrack(number: $0.name.number, scene: $0.scene) })
            owners += found.map { ($0, person.name) }
            // What the file does to each of the tracks.
            let done = found.map { track in
                zip(tracks, own).filter { Self.isEdit($0.1, of: track, index) }.map(\.0)
            }
            guard let first = done.joined().first else { continue }
            if let other = done.joined().first(where: { $0.action != first.action }) {
                throw Self.wrong(
                    "\(key): tracks.\(first.name) is to \(first.action), tracks.\(other.name) is to "
                        + "\(other.action)",
                    "keep or hide all tracks of a person")
            }
            edits.tracks += zip(found, done).filter(\.1.isEmpty)
                .map { Self.edit($0.0, first.action) }
        }
        return edits
    }

    /// The edit of a track in its scene; one that is kept is so from its moment on.
    private static func edit(_ track: Found, _ action: Action) -> Track {
        Track(
            number: track.name.number, action: action,
            confirmed: action == .keep ? [track.time] : [], scene: track.scene)
    }

    /// Whether an edit, of one scene or of each, changes a track.
    private static func isEdit(_ edit: Track, of track: Found, _ index: FrameIndex) -> Bool {
        guard edit.number == track.name.number else { return false }
        if let scene = edit.scene { return scene == track.scene }
        guard edit.action == .keep else { return true }
        let confirmed =
            edit.confirmed.isEmpty ? [index.seen[edit.number]].compactMap(\.self) : edit.confirmed
        return confirmed.contains(where: track.scene.contains)
    }

    private static func find(
        _ track: TrackMoment, _ index: FrameIndex, _ key: String
    ) throws -> Found {
        guard let record = try index.record(at: track.time + FrameIndex.tolerance),
            record.subjects.contains(where: { $0.track == track.number })
        else {
            throw wrong(
                "\(key): there is no track \(track.number) at \(track.time) s",
                "name a moment at which it is found, in seconds")
        }
        return Found(
            name: track, scene: index.times(ofSceneOf: record.frame), time: record.time)
    }

    private static func wrong(_ what: String, _ hint: String) -> MaskStreamError {
        MaskStreamError(.configuration, what, hint: hint)
    }
}
