public import Foundation

/// A file that is written in one go and has its name only when it is complete, as a report.
///
/// A device or a pipe is written as it is.
public struct WholeFile: Sendable {
    private let place: Place
    private let what: String

    private enum Place: Sendable {
        case part(PartFile)
        case inPlace(String)
    }

    /// Makes sure that the file can be written; an old one stays until ``write(_:)``.
    ///
    /// - Parameters:
    ///   - path: the file's path.
    ///   - what: what is written, as `the report`.
    ///   - replaces: whether an old one is replaced.
    ///   - reads: the files that must not be written.
    ///   - isPrivate: whether nobody but its owner may read it.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    public init(
        _ path: String, _ what: String, replaces: Bool = true, reads: ReadFiles,
        isPrivate: Bool = false
    ) throws {
        self.what = what
        switch try Destination(path, what) {
        case .file(let path):
            place = .part(
                try PartFile(path, what, replaces: replaces, reads: reads, isPrivate: isPrivate))
        case .inPlace(let path):
            try reads.refuse(FileIdentity(path), what, path)
            place = .inPlace(path)
        }
    }

    /// Writes the file.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`; an old file is then as it was.
    public func write(_ data: Data) throws {
        switch place {
        case .part(let file):
            do {
                try file.write(data)
                try file.commit()
            } catch {
                file.discard()
                throw error
            }
        case .inPlace(let path):
            guard let file = FileHandle(opening: path, O_WRONLY) else {
                throw MaskStreamError(
                    .inputOutput, "\(what) cannot be written (\(path))",
                    hint: "check that something reads from it")
            }
            do {
                try file.write(contentsOf: data)
                try file.close()
            } catch {
                throw MaskStreamError(
                    .inputOutput, "\(what) cannot be written (\(path))",
                    hint: "check the space on the disk", underlying: error)
            }
        }
    }
}
