/// What a person changes of what was found: whom to show, where to hide, at which threshold.
///
/// Damage and misses go before what is hidden, that before what is kept, that before the map. Times
/// are the frames' own in seconds.
public struct Edits: Sendable, Equatable {
    /// What becomes of a place.
    public enum Action: String, Sendable, CaseIterable {
        /// It is shown.
        case keep
        /// It is masked.
        case hide
    }

    /// What becomes of a track.
    struct Track: Sendable, Equatable {
        let number: Int
        /// A moment of the one scene in which the number counts; nil counts it in each.
        var moment: Double?
        let action: Action
        /// When somebody has made sure who it is; none is its first frame.
        var confirmed: [Double] = []
        /// The times of that scene, once an analysis has told them.
        var scene: Range<Double>?
    }

    /// Tracks of which somebody has made sure that they are one person.
    ///
    /// What is done to one of them is done to all.
    struct Person: Sendable, Equatable {
        let name: String
        let tracks: [TrackMoment]
    }

    /// A track in its scene.
    struct SceneTrack: Sendable, Equatable {
        let number: Int
        let scene: Range<Double>
    }

    /// What becomes of a place in the frame.
    struct Region: Sendable, Equatable {
        let action: Action
        let shape: EditShape
        let times: Range<Double>
        /// When somebody has made sure what it shows, besides its beginning.
        var confirmed: [Double] = []
    }

    /// What is different for a while, its end excluded.
    struct Span: Sendable, Equatable {
        /// What is different.
        enum Change: Sendable, Equatable {
            /// The threshold.
            case threshold(Float)
            /// What masked pixels show.
            case fill(MaskFill)
            /// Everything is masked.
            case whole
        }

        let times: Range<Double>
        let change: Change
    }

    var tracks: [Track] = []
    var people: [Person] = []
    /// The people's tracks, once an analysis has told their scenes.
    var onePerson: [[SceneTrack]] = []
    /// Tracks whose proposal is wrong; they change no frame.
    var refused: [TrackMoment] = []
    var regions: [Region] = []
    var spans: [Span] = []

    /// Whether any of them shows something.
    package var keep: Bool {
        tracks.contains { $0.action == .keep } || regions.contains { $0.action == .keep }
    }

    /// Makes edits that change nothing.
    public init() {}

    /// Which of the people a track is, in the frame of a time; nil for none of them.
    package func person(of track: Int, at time: Double) -> Int? {
        onePerson.firstIndex { $0.contains { $0.number == track && $0.scene.contains(time) } }
    }

    /// The threshold that replaces the one in force, the last span's; nil where none does.
    package func threshold(at time: Double) -> Float? {
        changes(at: time).compactMap { if case .threshold(let value) = $0 { value } else { nil } }
            .last
    }

    /// The fill that replaces the run's, the last span's; nil where none does.
    func fill(at time: Double) -> MaskFill? {
        changes(at: time).compactMap { if case .fill(let value) = $0 { value } else { nil } }.last
    }

    /// Whether everything is masked.
    func isWhole(at time: Double) -> Bool { changes(at: time).contains(.whole) }

    /// The fills of all spans.
    package var fills: [MaskFill] {
        spans.compactMap { if case .fill(let value) = $0.change { value } else { nil } }
    }

    private func changes(at time: Double) -> [Span.Change] {
        spans.filter { $0.times.contains(time) }.map(\.change)
    }
}
