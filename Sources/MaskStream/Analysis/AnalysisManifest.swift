import Yams

/// `analysis.yaml`: of what an analysis is, and whether it is complete.
package struct AnalysisManifest: Codable, Equatable, Sendable {
    /// Which profile it was made with.
    package struct Profile: Codable, Equatable, Sendable {
        /// Its name.
        package var name: String
        /// The folder it was read from.
        package var folder: String
        /// Of its manifest.
        package var sha256: String
        /// Of its manifest and its models, see `Profile.digest()`.
        package var digest: String
    }

    /// The version of this form.
    package var schema = 1
    /// How far the analysis has come.
    package var state = Receipt.State.claim
    /// The program's version.
    package var version: String
    /// What was read.
    package var input: Receipt.Input
    /// Which profile it was made with.
    package var profile: Profile
    /// The options that change the result, by their long names.
    package var options: [String: [String]]
    /// Where the models ran, in words.
    package var device: String
    /// What the models answer there, see `maskstream fingerprint`.
    package var fingerprint: String?
    /// Which tracks may go on with those of earlier scenes; nil where nobody has looked for them.
    package var proposals: [TrackProposal]?

    /// Makes the manifest of an analysis that begins.
    ///
    /// - Throws: what `Profile.digest()` throws.
    package init(
        version: String, input: Receipt.Input, profile: MaskStream.Profile,
        options: [String: [String]], device: String, fingerprint: String?
    ) throws {
        self.version = version
        self.input = input
        self.profile = Profile(
            name: profile.name, folder: profile.folder, sha256: profile.sha256,
            digest: try profile.digest())
        self.options = options
        self.device = device
        self.fingerprint = fingerprint
    }

    /// Reads a file; nil where there is none.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for what is no such file.
    package init?(ofFile path: String) throws {
        guard FileIdentity(path) != nil else { return nil }
        do {
            self = try YAMLDecoder().decode(AnalysisManifest.self, from: text(ofFile: path))
        } catch {
            throw MaskStreamError(
                .badData, "this is not the manifest of an analysis (\(path))",
                hint: "give a folder that maskstream analyze made", underlying: error)
        }
        guard schema == 1 else {
            throw MaskStreamError(
                .badData, "the analysis has form \(schema), this program knows 1 (\(path))",
                hint: "analyze the input again")
        }
    }

    /// The file's text.
    package func yaml() throws -> String {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        return try encoder.encode(self)
    }

    /// Whether another run does the same work, on whatever device.
    func isSameWork(as other: AnalysisManifest) -> Bool {
        version == other.version && profile.digest == other.profile.digest
            && options == other.options && device == other.device
            && fingerprint == other.fingerprint
    }
}
