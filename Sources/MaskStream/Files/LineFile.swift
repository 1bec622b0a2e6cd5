import Foundation

/// A file that others read while it is written: under its own name from the first line on.
enum LineFile {
    /// Opens what a path leads to, links followed; a regular file is locked and keeps what it holds,
    /// a new one is nobody's but its owner's where it is private.
    ///
    /// Wraps `open` and `flock`.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` for a file that is read in this run or
    ///   written by another.
    static func open(
        _ path: String, _ what: String, reads: ReadFiles, isPrivate: Bool = false
    ) throws -> FileHandle {
        if case .inPlace = try Destination(path, what) {
            try reads.refuse(FileIdentity(path), what, path)
        }
        let descriptor = MaskStream.open(
            path, O_WRONLY | O_CREAT | O_CLOEXEC, isPrivate ? 0o600 : 0o666)
        guard descriptor >= 0 else {
            let problem = errno
            throw MaskStreamError(
                .cannotCreate,
                "\(what) cannot be created: \(String(cString: strerror(problem))) (\(path))",
                hint: MaskStreamError.hint(
                    problem, otherwise: "check that its folder exists and can be written to"))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let identity = FileIdentity(descriptor: descriptor), identity.isRegular else {
            return file
        }
        try reads.refuse(identity, what, path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw MaskStreamError(
                .cannotCreate, "another run is writing \(what) (\(path))",
                hint: "choose another name for \(what)")
        }
        return file
    }

    /// Empties an open file, where it is a regular one.
    ///
    /// Wraps `ftruncate`.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    static func empty(_ file: FileHandle, _ path: String, _ what: String) throws {
        guard FileIdentity(descriptor: file.fileDescriptor)?.isRegular == true else { return }
        guard ftruncate(file.fileDescriptor, 0) == 0 else {
            throw MaskStreamError(
                .cannotCreate,
                "\(what) cannot be emptied: \(String(cString: strerror(errno))) (\(path))",
                hint: "choose another name for \(what)")
        }
    }
}
