import Foundation
import MaskStream
import MaskStreamFFmpeg

extension VerificationResult {
    private struct Document: Encodable {
        let schema = 1
        let version: String
        let output: String
        let device: String
        let verify: SecondLook
        let findings: [VerificationFinding]
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
