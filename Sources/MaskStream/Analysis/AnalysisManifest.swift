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
    /// The part of the input that it is of; nil where it is of all of it.
    package var segment: Segment?
    /// Where the models ran, in words.
    package var device: String
    /// What the models answer there, see `maskstream fingerprint`.
    package var fingerprint: String?
    /// What was counted of a part, for the end of the whole; nil where it is of the whole.
    package var frames: Receipt.Frames?
    /// Which tracks may go on with those of earlier scenes; nil where nobody has looked for them.
    package var proposals: [TrackProposal]?
    /// What its files hold, by their names, once it is complete; nil where an older program made it.
    package var files: [String: FileDigest]?

    /// Makes the manifest of an analysis that begins.
    ///
    /// - Throws: what `Profile.digest()` throws.
    package init(
        version: String, input: Receipt.Input, profile: MaskStream.Profile,
        options: [String: [String]], segment: Segment? = nil, device: String, fingerprint: String?
    ) throws {
        self.version = version
        self.input = input
        self.profile = Profile(
            name: profile.name, folder: profile.folder, sha256: profile.sha256,
            digest: try profile.digest())
        self.options = options
        self.segment = segment
        self.device = device
        self.fingerprint = fingerprint
    }

    /// Reads a file; nil where there is none.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for what is no such file.
    package init?(ofFile path: String) throws {
        guard FileIdentity(path) != nil else { return nil }
        do {
            let node = try Yams.compose(yaml: text(ofFile: path)) ?? Node("")
            self = try YAMLDecoder().decode(
                AnalysisManifest.self, from: node.plain(key: Self.camel))
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
        let node = try Yams.compose(yaml: encoder.encode(self)) ?? Node("")
        return try Yams.serialize(node: node.plain(key: Self.snake))
    }

    /// A property's name for a key of the file, as in receipts.
    private static func camel(_ key: String) -> String {
        key.replacing(/_([a-z])/) { $0.output.1.uppercased() }
    }

    private static func snake(_ name: String) -> String {
        name.replacing(/[A-Z]/) { "_" + $0.output.lowercased() }
    }

    /// What a receipt of the same run tells.
    package var receipt: Receipt {
        var receipt = Receipt(
            version: version, input: input,
            profile: Receipt.Profile(name: profile.name, sha256: profile.digest), options: options,
            device: device)
        receipt.state = state
        receipt.exit = state == .done ? 0 : nil
        (receipt.segment, receipt.frames) = (segment, frames)
        receipt.fingerprint = fingerprint
        return receipt
    }

    /// Whether another run does the same work, on whatever device.
    func isSameWork(as other: AnalysisManifest) -> Bool {
        version == other.version && profile.digest == other.profile.digest
            && options == other.options && isOfSamePart(as: other) && device == other.device
            && fingerprint == other.fingerprint
    }

    private func isOfSamePart(as other: AnalysisManifest) -> Bool {
        guard let segment, let wanted = other.segment else {
            return segment == nil && other.segment == nil
        }
        return segment.isSame(as: wanted)
    }
}
