/// What a list that was read again changes: which of the old entries end, and what becomes of each
/// new one.
///
/// Entries are the same if they are equal; where they stand does not matter. Of equal entries as many
/// stay as there are in both lists.
package struct RosterChange: Equatable, Sendable {
    /// The old entries that the new list does not have, by their places, in order.
    package private(set) var ended: [Int]
    /// For each new entry the place of the old one that it is; nil begins.
    package private(set) var kept: [Int?]

    /// Compares two lists.
    package init<Entry: Hashable>(from old: [Entry], to new: [Entry]) {
        var places: [Entry: [Int]] = [:]
        for (place, entry) in old.enumerated().reversed() {
            places[entry, default: []].append(place)
        }
        kept = new.map { places[$0]?.popLast() }
        let staying = Set(kept.compactMap(\.self))
        ended = old.indices.filter { !staying.contains($0) }
    }
}
