extension Edits {
    /// A microsecond is less than any tick that matters and more than rounding errors.
    private static let tolerance = 1e-6

    /// Whether what they show or mask may depend on earlier frames of a scene, however long it is.
    package var dependOnScene: Bool {
        !tracks.isEmpty || regions.contains { $0.action == .keep }
    }

    /// What is left of the edits for a run that begins where a scene does: whatever somebody has made
    /// sure of earlier has ended there.
    ///
    /// - Parameters:
    ///   - time: the scene's first frame, in seconds.
    ///   - seen: when each track was seen first, in seconds, by its number.
    package func from(sceneAt time: Double, seen: [Int: Double]) -> Edits {
        let isLeft = { (confirmed: Double) in confirmed >= time - Self.tolerance }
        var edits = self
        edits.tracks = tracks.compactMap { track in
            guard track.action == .keep else { return track }
            let confirmed = track.confirmed.isEmpty ? [seen[track.number] ?? time] : track.confirmed
            let left = confirmed.filter(isLeft)
            var later = track
            later.confirmed = left
            return left.isEmpty ? nil : later
        }
        edits.regions = regions.compactMap { region in
            guard region.action == .keep, !isLeft(region.times.lowerBound) else { return region }
            let left = region.confirmed.filter(isLeft).filter(region.times.contains).sorted()
            guard let first = left.first else { return nil }
            return Region(
                action: .keep, shape: region.shape, times: first..<region.times.upperBound,
                confirmed: left)
        }
        return edits
    }
}
