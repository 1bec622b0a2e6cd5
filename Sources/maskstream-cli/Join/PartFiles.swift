import MaskStream

/// Where the files of a part are, with the bytes that its receipt tells of.
struct PartFiles {
    let output: String
    let events: String?

    /// Where a file of a part may be: under its name, or beside the receipt.
    static func places(of file: Receipt.File, _ part: JoinedParts.Part) -> [String] {
        [file.name, "\(Destination.folder(of: part.path))/\(file.name.fileName)"]
    }

    /// Finds the files of a part: under the name that its receipt tells, else beside the receipt.
    ///
    /// - Throws: `MaskStreamError` 66 for what is not there, 65 for what has other bytes, or was not
    ///   written.
    init(of part: JoinedParts.Part, wantsEvents: Bool) throws {
        output = try Self.find(part.receipt.output, "output", of: part)
        events = wantsEvents ? try Self.find(part.receipt.events, "events", of: part) : nil
    }

    private static func find(
        _ file: Receipt.File?, _ what: String, of part: JoinedParts.Part
    ) throws -> String {
        guard let file else {
            throw MaskStreamError(
                .badData, "this part was masked without \(what) (\(part.path))",
                hint: what == "events"
                    ? "mask it again with --events, or leave --events out"
                    : "mask it again with -o")
        }
        let found = places(of: file, part).filter { FileIdentity($0)?.isRegular == true }
        guard !found.isEmpty else {
            throw MaskStreamError(
                .noInput, "the part's \(what) is missing (\(file.name))",
                hint: "put it beside its receipt \(part.path), or mask the part again")
        }
        guard let whole = try found.first(where: { file.isHeld(by: try FileDigest(ofFile: $0)) })
        else {
            throw MaskStreamError(
                .badData, "the part's \(what) is not as it was written (\(found[0]))",
                hint: "mask the part again: its receipt is \(part.path)")
        }
        return whole
    }
}
