import MaskStream

/// The streams that can be watched; they come and go while the page is served.
///
/// Each has a number that no other gets later, so that a viewer never sees another stream than the
/// one that was chosen.
public final class WatchedStreams: Sendable {
    /// A stream and its number.
    typealias Entry = (number: Int, stream: any Watched)

    private struct State {
        var next = 0
        var entries: [Entry] = []
    }

    private let state = Confined(State(), label: "maskstream.watched")

    /// Makes a list of streams.
    public init(_ streams: [any Watched] = []) { streams.forEach { add($0) } }

    /// Adds a stream and gives its number.
    @discardableResult
    public func add(_ stream: any Watched) -> Int {
        state.sync { state in
            defer { state.next += 1 }
            state.entries.append((state.next, stream))
            return state.next
        }
    }

    /// Removes the stream of a number.
    public func remove(_ number: Int) {
        state.sync { $0.entries.removeAll { $0.number == number } }
    }

    /// The streams in the order in which they came.
    var all: [Entry] { state.sync { $0.entries } }

    /// The stream whose number a text is; nil names the first.
    func stream(named text: String?) -> (any Watched)? {
        guard let text else { return all.first?.stream }
        return Int(text).flatMap { number in all.first { $0.number == number }?.stream }
    }
}
