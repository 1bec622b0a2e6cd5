import Foundation

/// `edits.yaml` of an analysis, and `audit.ndjson`, which tells of every change of it.
///
/// A change has its line in the audit before the file has its name, and both are on the disk before
/// ``replace(with:tagged:)`` returns. Where a program is killed in between, or somebody writes the
/// file by hand, the next one finds that the file is not what the last line tells, and adds a line
/// that says so. One program changes it at a time.
package final class AuditedEdits: Sendable {
    /// A line of the audit.
    private struct Line: Codable {
        /// What a line tells of.
        enum Kind: String, Codable {
            /// Edits were replaced by others.
            case edit
            /// The file is not what the last line tells.
            case found
        }

        var schema = 1
        let type: Kind
        /// The time of day, in UTC.
        let when: String
        /// The tags of the edits before and after it.
        let before: String
        let after: String
        var changes: [EditChange]?

        func data() throws -> Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }

    /// The file of edits.
    package let path: String
    private let audit: Confined<GrowingFile>

    /// Opens the edits of an analysis, and takes them for this program alone.
    ///
    /// - Parameter folder: the analysis' folder.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` where another program changes them.
    package init(in folder: String) throws {
        path = AnalysisFolder.edits(in: folder)
        let file = try GrowingFile(AnalysisFolder.audit(in: folder), "the record of edits")
        audit = Confined(file, label: "maskstream.edits")
        let tag = try read().tag
        let told = try file.lastLine().map(Self.after) ?? Self.tag(of: Data())
        guard tag != told else { return }
        try file.append(Line(type: .found, when: Self.now, before: told, after: tag).data())
    }

    /// The tag of the edits after a line of the audit.
    private static func after(_ line: Data) throws -> String {
        do {
            return try JSONDecoder().decode(Line.self, from: line).after
        } catch {
            throw MaskStreamError(
                .badData, "the last line of audit.ndjson tells of no edit",
                hint: "move audit.ndjson out of the analysis: a new one begins", underlying: error)
        }
    }

    /// The edits in force, and their tag: the SHA-256 of the file, of no bytes where there is none.
    ///
    /// - Throws: ``MaskStreamError`` where it cannot be read, or holds what is no edit.
    package func read() throws -> (edits: Edits, tag: String) {
        guard FileIdentity(path) != nil else { return (Edits(), Self.tag(of: Data())) }
        let data = try contents(ofFile: path)
        return (try Edits(yaml: data, name: path), Self.tag(of: data))
    }

    /// Puts other edits in force, and gives their tag; nil where those in force have another tag.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` or `inputOutput`; the edits in force
    ///   stay as they are.
    package func replace(with edits: Edits, tagged tag: String) throws -> String? {
        try audit.sync { audit in
            let (old, current) = try read()
            guard current == tag else { return nil }
            let data = Data(try edits.yaml().utf8)
            let new = Self.tag(of: data)
            guard new != tag else { return tag }
            let file = try WholeFile(path, "the edits", reads: ReadFiles(), isPrivate: true)
            let changes = EditChange.changes(
                from: try JSONValue(of: old), to: try JSONValue(of: edits))
            let line = Line(
                type: .edit, when: Self.now, before: tag, after: new, changes: changes)
            try audit.append(line.data())
            try file.write(data)
            return new
        }
    }

    private static func tag(of data: Data) -> String { MessageDigest.sha256.hexadecimal(of: data) }

    private static var now: String { ISO8601DateFormatter().string(from: Date()) }
}
