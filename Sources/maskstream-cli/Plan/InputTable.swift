import ArgumentParser
import MaskStream

/// The rows of `--inputs FILE`: CSV (RFC 4180) with a first line that names the columns.
///
/// `input` is needed; `output`, `profile` and `options` may be left out or empty, and are then those
/// of the command line.
struct InputTable {
    /// One row.
    struct Row {
        /// The number of its first line, counted from 1.
        let line: Int
        let input: String
        let output: String?
        let profile: String?
        /// The words of the column `options`.
        let options: [String]
    }

    /// Where a row stands, for errors that concern it.
    struct Place: Sendable {
        let line: Int
        let path: String

        /// Does something; errors name the place.
        func naming<R>(_ body: () throws -> R) throws -> R {
            do { return try body() } catch let error as MaskStreamError {
                throw MaskStreamError(
                    error.code, "line \(line): \(error.message) (\(path))", hint: error.hint,
                    underlying: error)
            }
        }
    }

    /// The table's file.
    let path: String
    /// The rows in their order.
    let rows: [Row]

    private static let columns = ["input", "output", "profile", "options"]

    /// Reads a table.
    ///
    /// - Throws: `MaskStreamError` 66 where the file cannot be read, 65 naming the line for what is
    ///   no such table.
    init(_ path: String) throws {
        do {
            try self.init(text: text(ofFile: path), path: path)
        } catch let error as MaskStreamError where error.code == .noInput {
            throw MaskStreamError(
                .noInput, "the table of inputs cannot be read (\(path))",
                hint: "give the path of a CSV file", underlying: error)
        }
    }

    /// Reads a table's text.
    init(text: String, path: String) throws {
        self.path = path
        func problem(_ line: Int, _ what: String) -> MaskStreamError {
            MaskStreamError(
                .badData, "line \(line): \(what) (\(path))",
                hint: "give lines of input,output,profile,options, these words in the first line")
        }
        var records: [CSV.Record]
        do { records = try CSV.records(text) } catch let error as CSV.Malformed {
            throw problem(error.line, error.what)
        }
        guard !records.isEmpty else { throw problem(1, "there are no columns") }
        let names = records.removeFirst().fields
        if let name = names.first(where: { !Self.columns.contains($0) }) {
            throw problem(1, "no column is called `\(name)`")
        }
        guard names.contains("input"), Set(names).count == names.count else {
            throw problem(1, "the column input is missing, or a column comes twice")
        }
        rows = try records.map { record in
            guard record.fields.count == names.count else {
                throw problem(
                    record.line, "\(names.count) fields are wanted, not \(record.fields.count)")
            }
            let fields = Dictionary(uniqueKeysWithValues: zip(names, record.fields))
            func field(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }
            guard let input = field("input") else { throw problem(record.line, "no input") }
            guard let options = CSV.words(field("options") ?? "") else {
                throw problem(record.line, "a quotation mark in the options has no other")
            }
            return Row(
                line: record.line, input: input, output: field("output"),
                profile: field("profile"), options: options)
        }
        guard !rows.isEmpty else { throw problem(2, "there are no inputs") }
    }
}

/// Comma-separated values as RFC 4180 has them.
enum CSV {
    /// A record, and the number of its first line.
    struct Record: Equatable {
        let line: Int
        let fields: [String]
    }

    /// What is wrong with a text, and in which line.
    struct Malformed: Error {
        let line: Int
        let what: String
    }

    /// The records of a text; empty lines are none.
    static func records(_ text: String) throws -> [Record] {
        var records: [Record] = []
        var (fields, field) = ([String](), "")
        var (line, first) = (1, 1)
        var (isQuoted, wasQuoted) = (false, false)
        func endField() {
            fields.append(field)
            (field, wasQuoted) = ("", false)
        }
        func endRecord() {
            let isEmpty = fields.isEmpty && field.isEmpty && !wasQuoted
            endField()
            if !isEmpty { records.append(Record(line: first, fields: fields)) }
            fields = []
        }
        var rest = text[...]
        while let next = rest.popFirst() {
            if isQuoted {
                if next == "\"" {
                    if rest.first == "\"" {
                        field.append(rest.removeFirst())
                    } else {
                        isQuoted = false
                    }
                } else {
                    if next.isNewline { line += 1 }
                    field.append(next)
                }
            } else if next == "\"" {
                guard field.isEmpty, !wasQuoted else {
                    throw Malformed(line: line, what: "a quotation mark within a field")
                }
                (isQuoted, wasQuoted) = (true, true)
            } else if next == "," {
                endField()
            } else if next.isNewline {
                endRecord()
                line += 1
                first = line
            } else {
                guard !wasQuoted else {
                    throw Malformed(line: line, what: "text behind a quotation mark")
                }
                field.append(next)
            }
        }
        guard !isQuoted else {
            throw Malformed(line: first, what: "a quotation mark that has no other")
        }
        endRecord()
        return records
    }

    /// The words of a text, as a shell splits them: at spaces outside of quotation marks; nil where
    /// one of these is left open.
    static func words(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var mark: Character?
        for next in text {
            if let open = mark {
                if next == open { mark = nil } else { word?.append(next) }
            } else if next == "'" || next == "\"" {
                mark = next
                word = word ?? ""
            } else if next.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(next)
            }
        }
        guard mark == nil else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
