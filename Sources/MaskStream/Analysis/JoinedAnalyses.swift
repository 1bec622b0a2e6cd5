/// The analyses of the parts of one input, and of what the whole is.
package struct JoinedAnalyses: Sendable {
    /// The parts that have frames, in the order of their times, by the paths of their folders.
    package let parts: JoinedParts
    /// Their folders, in the same order.
    package let folders: [AnalysisFolder]
    /// Of what the whole is; it has yet to be made.
    package let manifest: AnalysisManifest

    /// Opens folders, in any order, and refuses those that are not of one whole.
    ///
    /// Whether the first part begins with the input is left to ``JoinedParts/checkBeginning(_:)``.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput` where there is no analysis, `badData` for those
    ///   that are not complete or do not go together.
    package init(_ paths: [String]) throws {
        let all = try paths.map { try AnalysisFolder(found: $0) }
        for folder in all { try folder.checkFiles() }
        let parts = try JoinedParts(all.map { ($0.path, $0.manifest.receipt) }, of: .analyze)
        folders = parts.parts.compactMap { part in all.first { $0.path == part.path } }
        self.parts = parts
        var manifest = folders[0].manifest
        manifest.state = .claim
        (manifest.segment, manifest.frames, manifest.proposals) = (nil, nil, nil)
        manifest.files = nil
        self.manifest = manifest
    }
}
