internal import CGlibc
package import Foundation

/// A new folder on its way: filled as `NAME.part`, given its name when it is complete.
package struct PartFolder: Sendable {
    /// The folder's name at the end.
    package let path: String
    /// Its name until then.
    package let part: String
    private let what: String

    /// Makes a `.part` beside a path that leads to nothing yet.
    ///
    /// - Parameters:
    ///   - path: the folder, in one that exists.
    ///   - what: what is written, as `the output`.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    package init(_ path: String, _ what: String) throws {
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
        self.what = what
        part = PartFile.name(self.path, ".part")
        guard FileIdentity(self.path) == nil else {
            throw MaskStreamError(
                .cannotCreate, "\(what) exists (\(self.path))",
                hint: "choose another name: a folder is never replaced")
        }
        guard mkdir(part, 0o777) == 0 else {
            throw MaskStreamError(
                .cannotCreate,
                "cannot create \(what): \(String(cString: strerror(errno))) (\(part))",
                hint: errno == EEXIST
                    ? "an earlier run left it, or another fills it: remove it, or choose another name"
                    : "its parent must exist and be writable")
        }
    }

    /// Writes a new file in it, in folders that are made where they are missing.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`.
    package func write(_ data: Data, to name: String) throws {
        let path = "\(part)/\(name)"
        makeFolders(to: path)
        guard let file = FileHandle(opening: path, O_WRONLY | O_CREAT | O_EXCL) else {
            throw failure("\(what) cannot be written", path)
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

    /// Gives the folder its name.
    ///
    /// Wraps `rename`.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`; the `.part` stays.
    package func commit() throws {
        // A folder replaces nothing but an empty folder.
        guard rename(part, path) == 0 else {
            throw failure("\(what) is complete in \(part) and cannot be renamed", path)
        }
    }

    private func failure(_ text: String, _ path: String) -> MaskStreamError {
        MaskStreamError(
            .inputOutput, "\(text): \(String(cString: strerror(errno))) (\(path))",
            hint: "check the space on the disk, and that nobody else writes there")
    }
}
