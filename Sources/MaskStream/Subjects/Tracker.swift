/// Follows subjects from frame to frame of a scene, however many, and numbers them from 1.
///
/// As in SORT (Bewley et al. 2016, arXiv:1602.00763), tracks move on with constant velocity and are
/// assigned to detections for the least cost in sum, here of Distance-IoU and colours. Tracks that
/// are not seen wait for ``memory``, as in ByteTrack (Zhang et al. 2022, arXiv:2110.06864). Where
/// subjects meet, they are found as one: while it lasts, their tracks move on within its box and
/// learn nothing of it. A number is never given twice. Detections come in an order that is always
/// the same, largest first, so that the numbers are, too.
struct Tracker {
    /// Seconds for which a subject may be out of sight.
    static let memory = 1.5
    /// More subjects in a frame are noise: the largest are followed, each other is a new one.
    static let mostSubjects = 500
    /// The greatest cost at which a track goes on: a place beside the expected one for like
    /// colours, nothing else than the expected one for unlike colours.
    private static let mostCost = 1.7
    /// The share of a track from which on it is a part of what was found in its place.
    private static let mostShare = 0.5

    private var tracks: [Track] = []
    private var count = 0
    private var last: Double?

    /// Forgets all, at a cut: the next subject is number 1.
    mutating func reset() { self = Tracker() }

    /// The numbers of a frame's detections, largest first; `time` is the frame's, in seconds.
    mutating func follow(_ detections: [Detection], time: Double) -> [Int] {
        // Nothing moves on steadily for longer than that.
        let elapsed = min(max(0, time - (last ?? time)), Self.memory)
        last = time
        for index in tracks.indices { tracks[index].advance(by: elapsed) }
        let places = detections.map { Extent($0.box) }
        let pairs = candidates(detections, places)
        var numbers = [Int?](repeating: nil, count: detections.count)
        var isFound = [Bool](repeating: false, count: tracks.count)
        let found = Assignment.best(of: pairs, limit: Self.mostCost)
        for pair in found { isFound[pair.track] = true }
        let missing = tracks.indices.filter { !isFound[$0] }
        for pair in found {
            let place = places[pair.detection]
            // Mostly within the box of another: both were found as one.
            let parts = missing.filter { tracks[$0].extent.share(within: place) > Self.mostShare }
            for part in parts { tracks[part].stay(in: place) }
            if parts.isEmpty {
                tracks[pair.track].follow(detections[pair.detection], at: place, after: elapsed)
            } else {
                tracks[pair.track].stay(in: place)
            }
            tracks[pair.track].see(at: time)
            numbers[pair.detection] = tracks[pair.track].id
        }
        forget(missing, at: time)
        return zip(detections.indices, numbers).map { index, number in
            number ?? begin(detections[index], isKept: index < Self.mostSubjects, at: time)
        }
    }

    /// The tracks that were not found in the last frame and lie mostly within a box: with what is
    /// found there they may be one for a while.
    func hidden(within box: Box) -> [Int] {
        let place = Extent(box)
        return tracks.filter { $0.seen != last && $0.extent.share(within: place) > Self.mostShare }
            .map(\.id)
    }

    private func candidates(_ detections: [Detection], _ places: [Extent]) -> [Assignment.Pair] {
        tracks.enumerated().flatMap { index, track in
            places.prefix(Self.mostSubjects).enumerated().compactMap { detection, place in
                guard track.extent.isNear(place) else { return nil }
                let cost = track.cost(of: detections[detection], at: place)
                guard cost < Self.mostCost else { return nil }
                return Assignment.Pair(track: index, detection: detection, cost: cost)
            }
        }
    }

    private mutating func begin(_ detection: Detection, isKept: Bool, at time: Double) -> Int {
        count += 1
        if isKept { tracks.append(Track(id: count, detection, time: time)) }
        return count
    }

    /// Forgets what is missing for too long and, of too much, what is missing for longest.
    private mutating func forget(_ missing: [Int], at time: Double) {
        let waiting = missing.filter { abs(time - tracks[$0].seen) <= Self.memory }
            .sorted { (tracks[$1].seen, $0) < (tracks[$0].seen, $1) }
        let gone = Set(missing).subtracting(waiting.prefix(Self.mostSubjects))
        tracks = tracks.indices.filter { !gone.contains($0) }.map { tracks[$0] }
    }
}
