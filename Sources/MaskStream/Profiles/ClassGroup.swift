import Foundation

/// Several of a primary model's classes under one name, as `dog` for 118 breeds.
///
/// A groups file has one group on each line, `name: ids`, the ids being places in the labels file
/// counted from 0, alone or as a range. What follows `#` is a remark.
///
///     dog: 151-268   # the breeds
///     cat: 281-285, 287
public struct ClassGroup: Sendable, Equatable {
    /// The group's name.
    public var name: String
    /// The classes, as places in the labels.
    public var ids: Set<Int>

    /// Makes a group.
    public init(name: String, ids: Set<Int>) {
        self.name = name
        self.ids = ids
    }

    /// What a line must be, for messages.
    static let form = "give lines as `dog: 151-268, 275`, ids counted from 0 in the labels"

    /// Reads a groups file for a model of so many classes.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/configuration`` naming the
    ///   line; `place` says of which file.
    static func read(_ text: String, classes: Int, place: String) throws -> [ClassGroup] {
        var groups: [ClassGroup] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let content = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            guard !content.isEmpty else { continue }
            func problem(_ what: String) -> MaskStreamError {
                MaskStreamError(
                    .configuration, "line \(index + 1): \(what) (\(place))", hint: form)
            }
            guard let group = ClassGroup(line: content) else {
                throw problem("`\(content)` is no group")
            }
            if let last = group.ids.max(), last >= classes {
                throw problem("id \(last) is beyond the last label, \(classes - 1)")
            }
            guard !groups.contains(where: { $0.isNamed(group.name) }) else {
                throw problem("the group \(group.name) is there twice")
            }
            groups.append(group)
        }
        guard !groups.isEmpty else {
            throw MaskStreamError(.configuration, "no groups (\(place))", hint: form)
        }
        return groups
    }

    /// Reads `name: 3, 5-7`; nil where it is something else.
    private init?(line: String) {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        name = parts[0].trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, !name.contains(",") else { return nil }
        ids = []
        for item in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let ends = item.split(separator: "-", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            let numbers = ends.compactMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
            guard numbers.count == ends.count, (1...2).contains(ends.count),
                let first = numbers.first, let last = numbers.last, first <= last,
                last < 1_000_000
            else { return nil }
            ids.formUnion(first...last)
        }
    }

    /// Whether a name means this group; capitals make no difference.
    func isNamed(_ wanted: String) -> Bool { name.lowercased() == wanted.lowercased() }
}

extension PrimarySpec {
    /// The classes that names stand for: each name a group's or a label's.
    ///
    /// A label of several names, as `tabby, tabby cat`, goes by each of them. Capitals make no
    /// difference.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/usage`` for an unknown name.
    public func classes(named names: [String]) throws -> Set<Int> {
        try names.reduce(into: Set<Int>()) { $0.formUnion(try classes(named: $1)) }
    }

    private func classes(named name: String) throws -> Set<Int> {
        if let group = groups.first(where: { $0.isNamed(name) }) { return group.ids }
        let wanted = name.lowercased()
        let ids = labels.indices.filter { index in
            let label = labels[index].lowercased()
            return label == wanted || Self.names(of: label).contains(wanted)
        }
        guard ids.isEmpty else { return Set(ids) }
        let known = groups.map(\.name) + labels.flatMap(Self.names)
        let close = CloseNames.of(name, among: known)
        let first = close.isEmpty ? "" : "did you mean \(close.joined(separator: ", "))? "
        throw MaskStreamError(
            .usage, "unknown class (--classes \(name))",
            hint:
                "\(first)the classes are: \(Self.list(groups.isEmpty ? labels : groups.map(\.name)))"
                + (groups.isEmpty ? "" : "; and every label of the profile"))
    }

    private static func names(of label: String) -> [String] {
        label.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(40).joined(separator: ", ")
        return names.count > 40 ? "\(shown) and \(names.count - 40) more" : shown
    }
}
