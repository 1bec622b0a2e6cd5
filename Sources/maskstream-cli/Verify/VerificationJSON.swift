import Foundation
import MaskStream
import MaskStreamFFmpeg

extension VerificationResult {
    private struct Document: Codable {
        var schema = 1
        let version: String
        let output: String
        let device: String
        let verify: SecondLook
        let findings: [VerificationFinding]
    }

    /// Leaves the findings in the folder of an analysis, for its review.
    ///
    /// - Throws: `MaskStreamError` with code `cannotCreate` or `inputOutput`.
    func keep(in analysis: AnalysisFolder, output: String, device: String) throws {
        let file = try WholeFile(
            analysis.findings, "the findings", reads: ReadFiles(), isPrivate: true)
        try file.write(try json(output: output, device: device))
    }

    /// The findings of the output of an analysis that was looked at last.
    ///
    /// - Throws: `MaskStreamError` with code `badData` for what are no findings.
    static func findings(of analysis: AnalysisFolder) throws -> [VerificationFinding] {
        guard FileIdentity(analysis.findings) != nil else { return [] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            let data = try contents(ofFile: analysis.findings)
            return try decoder.decode(Document.self, from: data).findings
        } catch {
            throw MaskStreamError(
                .badData, "these are no findings (\(analysis.findings))",
                hint: "remove the file, or let the output be looked at again", underlying: error)
        }
    }

    /// The findings for programs, with the words of the events; the same look gives the same bytes.
    func json(output: String, device: String) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            version: Versions.program, output: withoutCredentials(output), device: device,
            verify: look, findings: findings)
        return try encoder.encode(document) + Data("\n".utf8)
    }
}
