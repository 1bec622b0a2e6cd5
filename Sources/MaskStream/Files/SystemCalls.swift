internal import CGlibc
package import Foundation

// The system's calls that take a name, for the package's own text of names (see `ByteText`).
//
// Rule: a name reaches the system through these, which the compiler prefers for a `String`. Why:
// names are bytes, and Swift would pass on the text's UTF-8. Otherwise: a file whose name is no
// UTF-8 is not found, or another one is made.

/// Opens the file of a name.
package func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    path.withOriginalCString { open($0, flags, mode) }
}

/// Looks at what a name leads to, links followed.
package func stat(_ path: String, _ facts: UnsafeMutablePointer<stat>) -> Int32 {
    path.withOriginalCString { stat($0, facts) }
}

/// Looks at what a name leads to, links not followed.
package func lstat(_ path: String, _ facts: UnsafeMutablePointer<stat>) -> Int32 {
    path.withOriginalCString { lstat($0, facts) }
}

/// Asks for the rights to what a name leads to.
package func access(_ path: String, _ rights: Int32) -> Int32 {
    path.withOriginalCString { access($0, rights) }
}

/// Gives a file another name.
@discardableResult
package func rename(_ old: String, _ new: String) -> Int32 {
    old.withOriginalCString { old in new.withOriginalCString { rename(old, $0) } }
}

/// Gives a file another name as some flags say.
@discardableResult
package func renameat2(
    _ oldFolder: Int32, _ old: String, _ newFolder: Int32, _ new: String, _ flags: UInt32
) -> Int32 {
    old.withOriginalCString { old in
        new.withOriginalCString { renameat2(oldFolder, old, newFolder, $0, flags) }
    }
}

/// Gives a file a second name.
@discardableResult
package func link(_ old: String, _ new: String) -> Int32 {
    old.withOriginalCString { old in new.withOriginalCString { link(old, $0) } }
}

/// Takes a name away.
@discardableResult
package func unlink(_ path: String) -> Int32 { path.withOriginalCString { unlink($0) } }

/// Reads where a link leads.
package func readlink(_ path: String, _ target: UnsafeMutablePointer<CChar>, _ size: Int) -> Int {
    path.withOriginalCString { readlink($0, target, size) }
}

/// Asks for a limit of the file system behind a name.
package func pathconf(_ path: String, _ name: Int32) -> Int {
    path.withOriginalCString { pathconf($0, name) }
}

/// Makes a folder.
@discardableResult
package func mkdir(_ path: String, _ mode: mode_t) -> Int32 {
    path.withOriginalCString { mkdir($0, mode) }
}

/// Makes the folders that a path leads through; whoever opens the path reports what is missing.
package func makeFolders(to path: String) {
    let folder = Destination.folder(of: path)
    guard folder != path, FileIdentity(folder) == nil else { return }
    makeFolders(to: folder)
    mkdir(folder, 0o777)
}

/// Opens a folder for reading its names.
package func opendir(_ path: String) -> OpaquePointer? {
    path.withOriginalCString { opendir($0) }
}

/// The names in a folder, in the order of their bytes; nil with `errno` set where it is unreadable.
///
/// Wraps `readdir`.
package func names(inFolder folder: String) -> [String]? {
    guard let handle = opendir(folder) else { return nil }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: 256) { String(original: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.originalBytes.lexicographicallyPrecedes($1.originalBytes) }
}

extension FileHandle {
    /// Opens the file of a name; nil with `errno` set where that fails.
    package convenience init?(opening path: String, _ flags: Int32) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return nil }
        self.init(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}

/// All bytes of a file.
///
/// - Throws: ``MaskStreamError`` with code `noInput`.
package func contents(ofFile path: String) throws -> Data {
    guard let file = FileHandle(opening: path, O_RDONLY) else {
        let problem = errno
        throw MaskStreamError(
            .noInput, "cannot read the file: \(String(cString: strerror(problem))) (\(path))",
            hint: MaskStreamError.hint(problem))
    }
    return try file.readToEnd() ?? Data()
}

/// The text of a file in UTF-8, without a byte order mark.
///
/// - Throws: ``MaskStreamError`` with code `noInput`, `badData` for what is no UTF-8.
package func text(ofFile path: String) throws -> String {
    guard let text = String(validating: try contents(ofFile: path), as: UTF8.self) else {
        throw MaskStreamError(.badData, "the file is no UTF-8 text (\(path))")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
}
