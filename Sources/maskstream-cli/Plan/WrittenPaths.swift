import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The paths that a command writes: no two of them may lead to one file, and none to one that is
/// read.
struct WrittenPaths {
    private enum Place: Hashable {
        case existing(FileIdentity)
        case new(folder: FileIdentity?, name: [UInt8])
    }

    private let reads: ReadFiles
    private let analyses: [AnalysisFolder]
    private var names: [Place: String] = [:]

    /// Starts with nothing written; `analyses` are read, and keep their files' names.
    init(reads: ReadFiles, analyses: [AnalysisFolder] = []) {
        (self.reads, self.analyses) = (reads, analyses)
    }

    /// Adds a path before anything is opened; nil is none.
    ///
    /// - Parameter what: what is written there, as `--events`.
    /// - Throws: `MaskStreamError` 64 where something else is written there, 73 where nothing can
    ///   be, or where it is read.
    mutating func add(_ path: String?, _ what: String) throws {
        guard let path else { return }
        if path != "-" {
            try reads.refuse(FileIdentity(path), what, path)
            for analysis in analyses { try analysis.refuse(path, what) }
        }
        guard let place = try Self.place(path, what) else { return }
        guard let other = names.updateValue(what, forKey: place) else { return }
        throw MaskStreamError(
            .usage, "\(other) and \(what) would be one file (\(withoutCredentials(path)))",
            hint: "give each a name of its own")
    }

    /// Where a path leads; nil for devices, which any number may write to.
    private static func place(_ path: String, _ what: String) throws -> Place? {
        let identity = path == "-" ? FileIdentity(descriptor: 1) : FileIdentity(path)
        if let identity { return identity.isCharacterDevice ? nil : .existing(identity) }
        guard !path.contains("://"), path != "-" else {
            return .new(folder: nil, name: Array(path.utf8))
        }
        let plain = path.hasPrefix("file:") ? String(path.dropFirst(5)) : path
        guard case .file(let end) = try Destination(plain, what) else { return nil }
        return .new(
            folder: FileIdentity(Destination.folder(of: end)),
            name: end.fileName.originalBytes)
    }
}
