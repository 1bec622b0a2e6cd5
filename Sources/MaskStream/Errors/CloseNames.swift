/// Suggestions for a misspelt name.
public enum CloseNames {
    /// Up to three of `names` that are near `name`, the nearest first.
    public static func of(_ name: String, among names: some Sequence<String>) -> [String] {
        let limit = max(1, name.count / 3 + 1)
        let wanted = name.lowercased()
        var found: [(distance: Int, name: String)] = []
        for candidate in Set(names) {
            let distance = Self.distance(wanted, candidate.lowercased())
            let contains = candidate.contains(wanted) && wanted.count > 2
            if distance <= limit || contains { found.append((distance, candidate)) }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
    }

    /// A hint that names them, or the alternative where there is none.
    public static func hint(
        _ name: String, among names: some Sequence<String>, otherwise: String
    ) -> String {
        let close = of(name, among: names)
        guard !close.isEmpty else { return otherwise }
        return "did you mean \(close.map { "`\($0)`" }.joined(separator: ", "))?"
    }

    /// How many letters must be inserted, removed or changed (Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        let second = Array(second)
        var row = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in second.enumerated() {
                let changed = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[second.count]
    }
}
