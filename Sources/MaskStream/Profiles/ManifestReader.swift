import Yams

/// Reads one mapping of a manifest strictly: a key that is unknown or a value of the wrong kind is
/// an error that names the file, the key and what is legal.
struct ManifestReader {
    private let file: String
    private let path: String
    private let values: [String: Node]

    /// Opens the mapping at `path` and checks its keys.
    init(_ node: Node, file: String, path: String = "", keys: [String]) throws {
        self.file = file
        self.path = path
        guard let mapping = node.mapping else {
            let name = path.isEmpty ? "the file" : String(path.dropLast())
            throw Self.error(file, name, "is not a mapping", keys)
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.string ?? "?"
            guard keys.contains(name) else {
                throw Self.error(file, path + name, "is no key that is known here", keys)
            }
            values[name] = value
        }
        self.values = values
    }

    private static func error(
        _ file: String, _ key: String, _ problem: String, _ legal: [String]
    ) -> MaskStreamError {
        MaskStreamError(
            .configuration, "\(file): \(key) \(problem)",
            hint: legal.isEmpty
                ? "write KEY: VALUE below it" : "legal: \(legal.joined(separator: ", "))")
    }

    /// Whether the key is there.
    func has(_ key: String) -> Bool { values[key] != nil }

    /// A string that is not empty; the fallback where the key is absent, an error without one.
    func string(_ key: String, default fallback: String? = nil) throws -> String {
        try parsed(key, "text", default: fallback) { $0.isEmpty ? nil : $0 }
    }

    /// A whole number in a range.
    func int(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int
    {
        let kind =
            range.count == 1
            ? "\(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return try value(key, fallback, kind) {
            $0.int.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A whole number that divides others.
    func divisor(_ key: String, of wholes: [Int]) throws -> Int {
        let names = wholes.map(String.init).joined(separator: " and ")
        return try value(key, nil, "a whole number that divides \(names)") {
            $0.int.flatMap { number in
                number > 0 && wholes.allSatisfy { $0 % number == 0 } ? number : nil
            }
        }
    }

    /// One of a few whole numbers.
    func number(_ key: String, of choices: [Int], default fallback: Int) throws -> Int {
        let names = choices.map(String.init).joined(separator: ", ")
        return try value(key, fallback, "one of \(names)") {
            $0.int.flatMap { choices.contains($0) ? $0 : nil }
        }
    }

    /// A finite number in a range.
    func float(
        _ key: String, in range: ClosedRange<Float>, default fallback: Float? = nil
    ) throws -> Float {
        try value(key, fallback, "a number from \(range.lowerBound) to \(range.upperBound)") {
            $0.float.map(Float.init).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A list of `count` numbers in a range.
    func floats(
        _ key: String, count: Int, in range: ClosedRange<Float>, default fallback: Float
    ) throws -> [Float] {
        let kind =
            "a list of \(count) number(s) from \(range.lowerBound) to \(range.upperBound)"
        return try value(key, Array(repeating: fallback, count: count), kind) { node in
            guard let items = node.sequence, items.count == count else { return nil }
            let numbers = items.compactMap { $0.float.map(Float.init) }.filter(range.contains)
            return numbers.count == count ? numbers : nil
        }
    }

    /// A list of different whole numbers in a range; a name stands for its index in `names`.
    func ints(
        _ key: String, in range: ClosedRange<Int>, names: [String] = [],
        default fallback: [Int]? = nil
    ) throws -> [Int] {
        let kind =
            "a list of different whole numbers from \(range.lowerBound) to \(range.upperBound)"
            + (names.isEmpty ? "" : ", or of their labels")
        return try value(key, fallback, kind) { node in
            guard let items = node.sequence, !items.isEmpty else { return nil }
            let numbers = items.compactMap { item in
                item.int ?? item.scalar.flatMap { names.firstIndex(of: $0.string) }
            }
            let valid = numbers.filter(range.contains)
            return Set(valid).count == items.count ? valid : nil
        }
    }

    /// `true` or `false`.
    func bool(_ key: String, default fallback: Bool) throws -> Bool {
        try value(key, fallback, "true or false") { $0.bool }
    }

    /// A list of so many texts.
    func strings(_ key: String, count: Int) throws -> [String] {
        try value(key, nil, "a list of \(count) name(s)") { node in
            guard let items = node.sequence, items.count == count else { return nil }
            let texts = items.compactMap { $0.scalar?.string }.filter { !$0.isEmpty }
            return texts.count == count ? texts : nil
        }
    }

    /// A list of an enumeration's names that is valid as a whole.
    func choices<T: RawRepresentable & CaseIterable>(
        _ key: String, where isValid: ([T]) -> Bool
    ) throws -> [T] where T.RawValue == String {
        let names = T.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(key, nil, "a list of what the columns hold: \(names)") { node in
            guard let items = node.sequence else { return nil }
            let found = items.compactMap { $0.scalar.flatMap { T(rawValue: $0.string) } }
            return found.count == items.count && isValid(found) ? found : nil
        }
    }

    /// Refuses keys that another key makes meaningless.
    func refuse(_ keys: [String], because reason: String) throws {
        guard let key = keys.first(where: has) else { return }
        throw MaskStreamError(
            .configuration, "\(file): \(path)\(key) has no place here: \(reason)",
            hint: "remove it")
    }

    /// One of an enumeration's names.
    func choice<T: RawRepresentable & CaseIterable>(
        _ key: String, default fallback: T? = nil
    ) throws -> T where T.RawValue == String {
        let names = T.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(key, fallback, "one of \(names)") { node in
            node.scalar.flatMap { T(rawValue: $0.string) }
        }
    }

    /// A value that `read` makes of text.
    func parsed<T>(
        _ key: String, _ kind: String, default fallback: T? = nil, _ read: (String) -> T?
    ) throws -> T {
        try value(key, fallback, kind) { $0.scalar.flatMap { read($0.string) } }
    }

    /// Whether there is a mapping under a key.
    func isMapping(_ key: String) -> Bool { values[key]?.mapping != nil }

    /// The mapping under a key; nil where the key is absent.
    func section(_ key: String, keys: [String]) throws -> ManifestReader? {
        try values[key].map {
            try ManifestReader($0, file: file, path: "\(path)\(key).", keys: keys)
        }
    }

    /// The mapping under a key that must be there.
    func requiredSection(_ key: String, keys: [String]) throws -> ManifestReader {
        guard let section = try section(key, keys: keys) else {
            throw Self.error(file, path + key, "is missing", keys)
        }
        return section
    }

    /// The mappings of a list; none where the key is absent.
    func list(_ key: String, keys: [String]) throws -> [ManifestReader] {
        guard let node = values[key] else { return [] }
        guard let items = node.sequence else { throw wrong(key, "a list of mappings") }
        return try items.enumerated().map { index, item in
            try ManifestReader(item, file: file, path: "\(path)\(key)[\(index)].", keys: keys)
        }
    }

    /// The keys of the mapping under a key; none where there is none.
    func names(in key: String) -> [String] {
        values[key]?.mapping?.keys.map { $0.string ?? "?" } ?? []
    }

    /// The error for a key whose value is not what it should be.
    func wrong(_ key: String, _ kind: String) -> MaskStreamError {
        MaskStreamError(
            .configuration, "\(file): \(path)\(key) has a wrong value", hint: "give \(kind)")
    }

    /// A value that `read` makes of what is under a key.
    func value<T>(
        _ key: String, _ fallback: T?, _ kind: String, _ read: (Node) -> T?
    ) throws -> T {
        guard let node = values[key] else {
            if let fallback { return fallback }
            throw MaskStreamError(
                .configuration, "\(file): \(path)\(key) is missing", hint: "give \(kind)")
        }
        guard let value = read(node) else { throw wrong(key, kind) }
        return value
    }
}
