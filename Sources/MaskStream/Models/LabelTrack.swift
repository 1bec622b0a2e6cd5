import Foundation

/// The labels that are right, over a video's time, its frames, or the files of a folder.
///
/// Text of one form throughout, a line each: `start,end,label` with seconds of the video, the end
/// excluded; `frame,label` with frames counted from 0; or `file,label` with a file's name. A first
/// line of these words is skipped, empty lines too.
public struct LabelTrack: Sendable, Equatable {
    private struct Span: Sendable, Equatable {
        let start: Double
        let end: Double
        let label: Int
    }

    private var spans: [Span] = []
    private var frames: [Int: Int] = [:]
    private var files: [String: Int] = [:]

    /// Reads a track.
    ///
    /// - Parameters:
    ///   - text: the lines.
    ///   - labels: the class names that may occur.
    ///   - place: the file's name, for errors.
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/badData`` naming the line.
    public init(_ text: String, labels: [String], place: String) throws {
        let places = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if fields == [""] || index == 0 && Self.headings.contains(fields) { continue }
            let name = fields.last ?? ""
            guard let label = places[name] else {
                let hint = CloseNames.hint(name, among: labels, otherwise: Self.form)
                throw Self.error(
                    "the profile has no label \(name)", line: index + 1, place, hint: hint)
            }
            if let problem = add(fields, label: label) {
                throw Self.error(problem, line: index + 1, place, hint: Self.form)
            }
        }
        guard [spans.isEmpty, frames.isEmpty, files.isEmpty].filter({ !$0 }).count == 1 else {
            throw MaskStreamError(
                .badData, "the labels are none, or not all of one form (\(place))",
                hint: Self.form)
        }
    }

    /// Whether labels are given to frames by their numbers.
    public var isByFrame: Bool { !frames.isEmpty }

    private static let headings = [
        ["start", "end", "label"], ["frame", "label"], ["file", "label"],
    ]
    private static let form =
        "give lines of one form: start,end,label in seconds; frame,label; or file,label"

    private static func error(
        _ text: String, line: Int, _ place: String, hint: String
    ) -> MaskStreamError {
        MaskStreamError(.badData, "line \(line): \(text) (\(place))", hint: hint)
    }

    /// Takes a line in and says what is wrong with it; nil for nothing.
    private mutating func add(_ fields: [String], label: Int) -> String? {
        switch fields.count {
        case 3:
            guard let start = Double(fields[0]), let end = Double(fields[1]), start.isFinite,
                end.isFinite, end > start
            else { return "start and end are no seconds, or end is not later" }
            spans.append(Span(start: start, end: end, label: label))
        case 2:
            if let frame = Int(fields[0]), frame >= 0 {
                guard frames.updateValue(label, forKey: frame) == nil else {
                    return "frame \(frame) comes twice"
                }
            } else {
                guard !fields[0].isEmpty, files.updateValue(label, forKey: fields[0]) == nil else {
                    return "a file's name is empty or comes twice"
                }
            }
        default: return "two or three fields are wanted, not \(fields.count)"
        }
        return nil
    }

    /// The right label, as its index among the class names; nil where none is given.
    public func label(frame: Int, time: Double, file: String?) -> Int? {
        if let file { return files[file] }
        return frames[frame] ?? spans.first { $0.start <= time && time < $0.end }?.label
    }
}
