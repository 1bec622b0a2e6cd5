import ArgumentParser
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// A render, settled before anything is opened: the run that it stands for, with what was found in
/// place of models.
struct RenderPlan {
    /// The run.
    let session: SessionPlan
    /// The analysis.
    let folder: AnalysisFolder

    /// Opens the analysis and looks at the input.
    ///
    /// - Throws: `MaskStreamError` 65 for an analysis that is not complete or of another input or
    ///   version, 66 for what is not there, 78 for a profile that has changed and for edits that are
    ///   wrong.
    init(_ command: RenderCommand, takesEdits: Bool = true) throws {
        try self.init(
            command.folder, edits: command.edits, takesEdits: takesEdits, input: command.input,
            output: command.common.output
        ) { try command.whole($0) }
    }

    /// Opens an analysis, with its own edits where none are named; `whole` makes the main job of what it
    /// tells of its own.
    init(
        _ folder: String, edits: String?, takesEdits: Bool = true, input: String?,
        output: String? = nil,
        whole: (RunCommand) throws -> RunCommand
    ) throws {
        let folder = try AnalysisFolder(reading: folder)
        var session = try SessionPlan(
            of: folder.manifest, input: input, output: output, whole: whole)
        session.analysis = folder
        let own = FileIdentity(folder.edits) == nil ? nil : folder.edits
        if takesEdits, let path = edits ?? own { try session.take(edits: path, of: folder) }
        self.session = session
        self.folder = folder
    }

    /// Refuses edits of which no output can be made: fills with and without alpha do not go into one.
    ///
    /// - Throws: `MaskStreamError` with code `configuration`.
    static func check(_ edits: Edits, of path: String, _ session: SessionPlan) throws {
        let isTransparent = session.arguments.mask.fill(session.profile) == .transparent
        guard edits.fills.allSatisfy({ ($0 == .transparent) == isTransparent }) else {
            throw MaskStreamError(
                .configuration, "\(path): spans mix the fill transparent with others",
                hint: "use transparent for the whole output, as --fill transparent, or not at all")
        }
    }
}

extension SessionPlan {
    /// The run of an analysis, without models; `whole` makes the main job of what it tells of its own.
    ///
    /// - Throws: `MaskStreamError` 65 for another version or another input, 66 for an input that is not
    ///   there, 78 for a profile that has changed.
    init(
        of manifest: AnalysisManifest, input: String?, output: String? = nil,
        whole: (RunCommand) throws -> RunCommand
    ) throws {
        guard manifest.version == Versions.program else {
            throw MaskStreamError(
                .badData,
                "the analysis is of version \(manifest.version), this is \(Versions.program)",
                hint: "use that version, or analyze the input again")
        }
        let profile = try Self.profile(manifest)
        let words = try ResultOptions.words(of: manifest.options)
        let input = input ?? manifest.input.name
        let job = Job(
            arguments: try whole(RunCommand(input, analyzed: words, profile: profile.folder)),
            words: words + CommandLine.words, input: input, output: output,
            name: (output ?? input).fileName)
        try Self.check(job, manifest)
        let sessions = ModelSessions(.cpu, threads: 1)
        try self.init(
            job, profile: profile, sessions: sessions, fingerprints: Fingerprints(sessions))
    }

    /// The profile of the analysis, where it was or wherever one of its name is.
    private static func profile(_ manifest: AnalysisManifest) throws -> Profile {
        let (name, folder) = (manifest.profile.name, manifest.profile.folder)
        let profile = try Profile(
            folder: FileIdentity(folder) != nil ? folder : ProfileFinder.standard.folder(of: name))
        guard profile.sha256 == manifest.profile.sha256 else {
            throw MaskStreamError(
                .configuration, "the profile has changed since the analysis (\(profile.folder))",
                hint: "put it back as it was, or analyze the input again")
        }
        return profile
    }

    /// Refuses an input that the analysis is not of.
    private static func check(_ job: Job, _ manifest: AnalysisManifest) throws {
        let (input, isThere) = job.identifiedInput()
        guard isThere else {
            throw MaskStreamError(
                .noInput, "the input of the analysis is not there (\(input.name))",
                hint: "name the place where it is with --input")
        }
        guard input.isSame(as: manifest.input) else {
            throw MaskStreamError(
                .badData, "this is not the input of the analysis (\(input.name))",
                hint: "name the input with --input, or analyze this one")
        }
    }
}

extension SessionPlan {
    /// Takes the edits of a file, with the tracks that they name looked up in the analysis.
    ///
    /// - Throws: `MaskStreamError` with code `noInput`, or `configuration` for what is no edit.
    fileprivate mutating func take(edits path: String, of analysis: AnalysisFolder) throws {
        let data = try contents(ofFile: path)
        edits = try Edits(yaml: data, name: path)
        editsFile = (path, FileDigest(of: data))
        try RenderPlan.check(edits, of: path, self)
        if edits.namesTracks {
            let index = try FrameIndex(ofEvents: analysis.events) { _ in }
            edits = try edits.resolved(by: index, name: path)
        }
        if verifying != nil { kept = Confined(KeptPlaces(edits), label: "maskstream.kept") }
    }
}

extension RunCommand {
    /// The main job of an analysis, without any output.
    ///
    /// - Throws: `MaskStreamError` with code `badData` for options that do not go together.
    fileprivate init(_ input: String, analyzed words: [String], profile: String) throws {
        do {
            self = try RunCommand.parse(
                words + ["--profile", profile, "--dry-run", "--", input])
            // The machine that renders need not have the device of the one that analyzed.
            self.input.hwaccel = .none
        } catch {
            throw MaskStreamError(
                .badData,
                "the analysis has options that do not go together: "
                    + RunCommand.message(for: error), hint: "analyze the input again")
        }
    }
}

extension RenderCommand {
    func run() throws {
        let session = try RenderPlan(self).session
        let status = try Batch(session.arguments, plans: [session]).execute()
        guard status == 0 else { throw ExitCode(status) }
    }
}

extension AnalyzeCommand {
    func run() throws {
        let command = try whole()
        try command.run()
    }
}
