import Foundation

/// The folder of an analysis: what a run found in an input, for later runs without models.
///
/// It shows where people were, so that nobody but its owner may read it. `maps.mkv` holds the
/// confidence maps, `events.ndjson` all else that was found, `analysis.yaml` of what it is, `edits.yaml`
/// what a person changes of it.
package final class AnalysisFolder: Sendable {
    /// The folder's path.
    package let path: String
    /// Of what it is.
    package let manifest: AnalysisManifest
    /// Whether it goes on with what an interrupted run left in ``earlierMaps`` and
    /// ``earlierEvents``.
    package let goesOn: Bool
    private let reads: ReadFiles
    /// Open and locked as long as somebody writes.
    private let descriptor: Int32

    /// The confidence maps.
    package var maps: String { "\(path)/maps.mkv" }
    /// What was found in each frame.
    package var events: String { "\(path)/events.ndjson" }
    /// Maps of an interrupted run.
    package var earlierMaps: String { "\(path)/earlier.mkv" }
    /// Events of an interrupted run.
    package var earlierEvents: String { "\(path)/earlier.ndjson" }
    /// What a person changes of it.
    package var edits: String { Self.edits(in: path) }
    /// What a second look has found in the output that was looked at last.
    package var findings: String { "\(path)/findings.json" }
    /// What a person has changed of an analysis that was replaced.
    private var earlierEdits: String { "\(path)/earlier-edits.yaml" }
    static func edits(in path: String) -> String { "\(path)/edits.yaml" }
    /// What tells of every change of the edits.
    static func audit(in path: String) -> String { "\(path)/audit.ndjson" }
    private static func manifest(in path: String) -> String { "\(path)/analysis.yaml" }

    /// Opens a complete analysis of a whole input.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where there is none, `badData` where it is
    ///   not complete, or of a part.
    package convenience init(reading path: String) throws {
        try self.init(found: path)
        guard manifest.segment == nil else {
            throw MaskStreamError(
                .badData, "the analysis is of a part of its input (\(path))",
                hint: "join the parts first: maskstream join PART... -o WHOLE")
        }
        guard manifest.state == .done else {
            throw MaskStreamError(
                .badData, "the analysis is not complete (\(path))",
                hint: inputEndedEarly
                    ? "its input is cut off or damaged: analyze a whole one, as with --overwrite"
                    : "analyze the input again into the same folder: it goes on from there")
        }
        try checkFiles()
    }

    /// Whether the last run ended because the input did, so that another one ends there, too.
    private var inputEndedEarly: Bool {
        struct End: Decodable { let exit: Int32 }
        var facts = stat()
        guard stat(events, &facts) == 0,
            var lines = try? LineReader(events, from: max(0, Int(facts.st_size) - 1 << 16))
        else { return false }
        var last = Data()
        while let line = try? lines.next() { last = line }
        let end = try? JSONDecoder().decode(End.self, from: last)
        return end?.exit == MaskStreamError.Code.badData.rawValue
    }

    /// Opens whatever analysis is there, complete or not, of a part or a whole.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where there is none.
    init(found path: String) throws {
        guard let manifest = try AnalysisManifest(ofFile: Self.manifest(in: path)) else {
            throw MaskStreamError(
                .noInput, "there is no analysis (\(path))",
                hint: "give a folder that maskstream analyze made")
        }
        self.path = path
        self.manifest = manifest
        (goesOn, reads, descriptor) = (false, ReadFiles(), -1)
    }

    /// Makes a folder for an analysis, or goes on in one that was interrupted or has no proposals.
    ///
    /// Wraps `mkdir`, `flock` and `fchmod`.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - manifest: of what the analysis is to be.
    ///   - overwrite: whether another analysis in it is replaced.
    ///   - reads: what must not be written.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` where it cannot be written, or holds
    ///   something else; `badData` where it is of another input; `usage` where it was begun with
    ///   another profile or other options.
    package init(
        writing path: String, _ manifest: AnalysisManifest, overwrite: Bool, reads: ReadFiles
    ) throws {
        self.path = path
        self.manifest = manifest
        self.reads = reads
        descriptor = try Self.open(path)
        do {
            let found = overwrite ? nil : try AnalysisManifest(ofFile: Self.manifest(in: path))
            if let found { try Self.check(found, manifest, path) }
            goesOn = found != nil
        } catch {
            close(descriptor)
            throw error
        }
        try write(manifest)
        if goesOn {
            try keepLongest([maps, maps + ".part", earlierMaps], as: earlierMaps)
            try keepLongest([events, earlierEvents], as: earlierEvents)
        } else {
            try remove([maps, maps + ".part", earlierMaps, events, earlierEvents, findings])
            // Its tracks may be others' numbers now.
            if FileIdentity(edits) != nil { try rename(edits, as: earlierEdits) }
        }
    }

    /// Refuses to write to a name that is one of the folder's own, whether or not it is there.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    package func refuse(_ output: String, _ what: String) throws {
        let own = [
            maps, events, earlierMaps, earlierEvents, edits, findings, earlierEdits,
            Self.manifest(in: path), Self.audit(in: path),
        ]
        let isInside = FileIdentity(Destination.folder(of: output)) == FileIdentity(path)
        guard isInside, own.contains(where: { $0.fileName == output.fileName }) else { return }
        throw MaskStreamError(
            .cannotCreate, "\(what) has the name of a file of the analysis (\(output))",
            hint: "choose another name")
    }

    /// Refuses what was damaged or changed since it was complete.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData`.
    func checkFiles() throws {
        guard let known = manifest.files else { return }
        for file in [events, maps]
        where try Self.digest(ofFile: file) != known[file.fileName] {
            throw MaskStreamError(
                .badData,
                "the analysis is damaged: this is not the file that was written (\(file))",
                hint: "put the file back as it was, or analyze the input again with --overwrite")
        }
    }

    /// What a file holds; nil where there is none, as there are no maps of frames that have none.
    private static func digest(ofFile file: String) throws -> FileDigest? {
        FileIdentity(file) == nil ? nil : try FileDigest(ofFile: file)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Makes the folder where there is none, and takes it for this run alone.
    private static func open(_ path: String) throws -> Int32 {
        func failure(_ what: String, _ hint: String) -> MaskStreamError {
            MaskStreamError(.cannotCreate, "\(what) (\(path))", hint: hint)
        }
        if FileIdentity(path) == nil, mkdir(path, 0o700) != 0 {
            throw failure(
                "cannot create the analysis: \(String(cString: strerror(errno)))",
                "check that its folder exists and can be written to")
        }
        guard FileIdentity(path)?.isFolder == true else {
            throw failure("the analysis would be a file", "name a folder, as talk.maskstream")
        }
        let isOther =
            FileIdentity(manifest(in: path)) == nil && names(inFolder: path)?.isEmpty != true
        guard !isOther else {
            throw failure("the folder holds something else", "name a new folder for the analysis")
        }
        let descriptor = MaskStream.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw failure("the folder cannot be read", "choose another name for the analysis")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw failure("another run is writing the analysis", "choose another name for it")
        }
        _ = fchmod(descriptor, 0o700)
        return descriptor
    }

    /// Refuses to go on with what is not the same work.
    private static func check(
        _ found: AnalysisManifest, _ wanted: AnalysisManifest, _ path: String
    ) throws {
        guard found.input.isSame(as: wanted.input) else {
            throw MaskStreamError(
                .badData, "the analysis is of another input, \(found.input.name) (\(path))",
                hint: "name another folder, or replace it with --overwrite")
        }
        let lacksProposals = found.proposals == nil && found.isSameWork(as: wanted)
        guard found.state == .claim || lacksProposals else {
            throw PartFile.exists(path, "the analysis")
        }
        guard found.isSameWork(as: wanted) else {
            throw MaskStreamError(
                .usage,
                "the analysis was begun with another profile, version or other options, or where the "
                    + "models answer otherwise (\(path))",
                hint: "give the same ones to go on, or begin anew with --overwrite")
        }
    }

    /// Gives the longest of some files a name; all of them begin alike, as the same input gives the
    /// same analysis.
    private func keepLongest(_ paths: [String], as name: String) throws {
        var sizes: [String: Int64] = [:]
        for path in paths {
            var facts = stat()
            if lstat(path, &facts) == 0 { sizes[path] = Int64(facts.st_size) }
        }
        guard let longest = sizes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else {
            return
        }
        try remove(sizes.keys.filter { $0 != longest && $0 != name })
        guard longest != name else { return }
        try rename(longest, as: name)
    }

    private func rename(_ path: String, as name: String) throws {
        try reads.refuse(FileIdentity(name), "the analysis", name)
        try reads.refuse(FileIdentity(path), "the analysis", path)
        MaskStream.rename(path, name)
    }

    private func remove(_ paths: [String]) throws {
        for path in paths {
            try reads.refuse(FileIdentity(path), "the analysis", path)
            unlink(path)
        }
    }

    private func write(_ manifest: AnalysisManifest) throws {
        let file = try WholeFile(
            Self.manifest(in: path), "the analysis", reads: reads, isPrivate: true)
        try file.write(Data(manifest.yaml().utf8))
    }

    /// Tells that the analysis is complete, with which tracks may go on with earlier ones, and removes
    /// what an interrupted run left; `part` is where a part began and ended, and what was counted of it.
    package func complete(
        _ proposals: [TrackProposal], part: (segment: Segment, frames: Receipt.Frames)? = nil
    ) throws {
        var manifest = manifest
        manifest.state = .done
        (manifest.segment, manifest.frames) = (part?.segment, part?.frames)
        // The events tell it exactly.
        manifest.segment?.threshold = nil
        manifest.proposals = proposals
        manifest.files = try Dictionary(
            uniqueKeysWithValues: [events, maps].compactMap { file in
                try Self.digest(ofFile: file).map { (file.fileName, $0) }
            })
        try write(manifest)
        try remove([earlierMaps, earlierEvents])
    }
}
