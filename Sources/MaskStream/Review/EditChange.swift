/// What differs between two sets of edits, as the audit tells it.
struct EditChange: Codable, Equatable, Sendable {
    /// What was changed, as `tracks.3` or `regions.0`.
    let what: String
    /// What it was before; null where it was not there.
    let before: JSONValue
    /// What it is now; null where it is gone.
    let after: JSONValue

    /// The changes from one set to another; of a list those between what both begin and end with.
    static func changes(from before: JSONValue, to after: JSONValue) -> [EditChange] {
        guard case .object(let before) = before, case .object(let after) = after else { return [] }
        return Set(before.keys).union(after.keys).sorted().flatMap { key in
            changes(key, before[key] ?? .null, after[key] ?? .null)
        }
    }

    private static func changes(
        _ key: String, _ before: JSONValue, _ after: JSONValue
    ) -> [EditChange] {
        if before == after { return [] }
        switch (before, after) {
        case (.object(let before), .object(let after)):
            return Set(before.keys).union(after.keys).sorted().compactMap { name in
                let (old, new) = (before[name] ?? .null, after[name] ?? .null)
                return old == new
                    ? nil : EditChange(what: "\(key).\(name)", before: old, after: new)
            }
        case (.array(let before), .array(let after)):
            let first = zip(before, after).prefix { $0 == $1 }.count
            let rest = (before.dropFirst(first), after.dropFirst(first))
            let last = zip(rest.0.reversed(), rest.1.reversed()).prefix { $0 == $1 }.count
            let (old, new) = (Array(rest.0.dropLast(last)), Array(rest.1.dropLast(last)))
            return (0..<max(old.count, new.count)).map { index in
                EditChange(
                    what: "\(key).\(first + index)",
                    before: index < old.count ? old[index] : .null,
                    after: index < new.count ? new[index] : .null)
            }
        default: return [EditChange(what: key, before: before, after: after)]
        }
    }
}
