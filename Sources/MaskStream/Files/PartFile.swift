internal import CGlibc
public import Foundation

/// A regular file on its way: written as `NAME.part`, given its name when it is complete.
///
/// The `.part` is made anew and locked, so that no other run writes into it; where a live run has
/// taken it, it is `NAME.1.part`, `NAME.2.part` and so on. What a dead run left is replaced.
public final class PartFile: Sendable {
    /// The file's name at the end.
    public let path: String
    /// Its name until then.
    public let part: String
    private let descriptor: Int32
    private let replaces: Bool
    private let reads: ReadFiles
    private let what: String

    /// Takes a `.part` beside a file.
    ///
    /// - Parameters:
    ///   - path: the file, links followed (see ``Destination``).
    ///   - what: what is written, as `the output`.
    ///   - replaces: whether a file of that name may be replaced.
    ///   - reads: what must not be written.
    ///   - isPrivate: whether nobody but its owner may read it.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate`.
    public init(
        _ path: String, _ what: String, replaces: Bool, reads: ReadFiles, isPrivate: Bool = false
    ) throws {
        let old = FileIdentity(path)
        try reads.refuse(old, what, path)
        if old != nil, !replaces { throw Self.exists(path, what) }
        if path.hasSuffix(".part") { try Self.refuseLive(path, what) }
        for number in 0..<1000 {
            let part = Self.name(path, number == 0 ? ".part" : ".\(number).part")
            try reads.refuse(FileIdentity(part), what, part)
            guard let descriptor = try Self.claim(part, what) else { continue }
            var facts = stat()
            // Who could not read the old file shall not read the new one.
            if stat(path, &facts) == 0 { _ = fchmod(descriptor, facts.st_mode & 0o7777) }
            if isPrivate { _ = fchmod(descriptor, 0o600) }
            (self.path, self.part, self.descriptor) = (path, part, descriptor)
            (self.replaces, self.reads, self.what) = (replaces, reads, what)
            return
        }
        throw MaskStreamError(
            .cannotCreate, "a thousand runs are writing \(what) already (\(path))",
            hint: "choose another name for \(what)")
    }

    deinit {
        // Nothing was written.
        if lseek(descriptor, 0, SEEK_END) == 0 { discard() }
        close(descriptor)
    }

    /// The name beside a file with an ending more, as long as the file system allows.
    package static func name(_ path: String, _ ending: String) -> String {
        let folder = Destination.folder(of: path)
        let name = path.fileName
        let room = Destination.longestName(in: folder) - ending.utf8.count
        guard name.utf8.count > room else { return path + ending }
        var short = name
        while short.utf8.count > room { short.removeLast() }
        return "\(folder)/\(short)\(ending)"
    }

    /// Makes a file that nobody else writes; nil where a live run has it, or it is no file.
    ///
    /// Rule: whoever holds the lock of the file that a name leads to owns the name. Why: between
    /// any two calls another run may remove or make it. Otherwise: two runs write one file.
    private static func claim(_ part: String, _ what: String) throws -> Int32? {
        while true {
            let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
            let made = open(part, flags | O_CREAT | O_EXCL, 0o666)
            let problem = errno
            if made >= 0 {
                guard lock(made) else {
                    close(made)
                    return nil
                }
                if FileIdentity(descriptor: made) == FileIdentity(part) { return made }
                close(made)
                continue
            }
            guard problem == EEXIST else { throw failure(problem, what, part) }
            let old = open(part, flags | O_NONBLOCK)
            guard old >= 0 else {
                if errno == ENOENT { continue }
                if errno == EMFILE || errno == ENFILE { throw failure(errno, what, part) }
                return nil
            }
            defer { close(old) }
            guard let identity = FileIdentity(descriptor: old), identity.isRegular, lock(old)
            else { return nil }
            if identity == FileIdentity(part), unlink(part) != 0 {
                throw failure(errno, what, part)
            }
        }
    }

    /// Refuses what a live run is writing under that very name.
    private static func refuseLive(_ part: String, _ what: String) throws {
        let old = open(part, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard old >= 0 else { return }
        defer { close(old) }
        guard !lock(old) else { return }
        throw MaskStreamError(
            .cannotCreate, "another run is writing this file (\(part))",
            hint: "choose another name for \(what)")
    }

    /// Whether the lock of an open file was free; file systems without locks have none to take.
    private static func lock(_ descriptor: Int32) -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    /// Writes bytes at the end of what was written.
    ///
    /// - Throws: ``MaskStreamError`` with code `inputOutput`.
    public func write(_ data: Data) throws {
        do {
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(
                contentsOf: data)
        } catch {
            throw MaskStreamError(
                .inputOutput, "\(what) cannot be written (\(part))",
                hint: "check the space on the disk", underlying: error)
        }
    }

    /// Gives the file its name, once its data is on the disk.
    ///
    /// Wraps `fsync` and `renameat2`.
    ///
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` where a file of that name has come
    ///   meanwhile, `inputOutput` where the data or the name cannot be written; the `.part` stays.
    public func commit() throws {
        // Pipes and some network file systems cannot, which is no failure.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw failure(errno, "write")
        }
        guard FileIdentity(descriptor: descriptor) == FileIdentity(part) else {
            throw MaskStreamError(
                .inputOutput, "\(what) was moved or removed while it was written (\(part))",
                hint: "leave \(part) alone while the program runs")
        }
        try reads.refuse(FileIdentity(path), what, path)
        guard try replaces ? rename(part, path) == 0 : renameToNew() else {
            throw failure(errno, "rename")
        }
        let folder = open(Destination.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        // The file is whole under either name; what fails here is the order on the disk alone.
        _ = fsync(folder)
        close(folder)
    }

    /// Renames unless the name is taken; false with `errno` set where that fails.
    private func renameToNew() throws -> Bool {
        let noReplace: UInt32 = 1
        if renameat2(AT_FDCWD, part, AT_FDCWD, path, noReplace) == 0 { return true }
        if errno == EINVAL || errno == ENOSYS || errno == ENOTSUP {
            // The file system does not know the flag; a link is never made over a file.
            if link(part, path) == 0 {
                return unlink(part) == 0
            }
        }
        guard errno == EEXIST || errno == EPERM || errno == ENOTSUP else { return false }
        throw errno == EEXIST
            ? Self.exists(path, what, complete: part)
            : MaskStreamError(
                .cannotCreate,
                "this file system cannot name \(what) without a risk for others (\(path))",
                hint: "\(what) is complete in \(part): rename it, or use --overwrite")
    }

    /// Removes the `.part`, where it is still this one's.
    public func discard() {
        if FileIdentity(descriptor: descriptor) == FileIdentity(part) { unlink(part) }
    }

    /// Which file it is, under either name.
    package var identity: FileIdentity? { FileIdentity(descriptor: descriptor) }

    /// Whether the `.part` is there.
    public var isLeft: Bool { FileIdentity(descriptor: descriptor) == FileIdentity(part) }

    /// Whether the file has its final name.
    public var isNamed: Bool { FileIdentity(descriptor: descriptor) == FileIdentity(path) }

    /// The error for a name that is taken; `complete` is where the new file is meanwhile.
    public static func exists(
        _ path: String, _ what: String, complete: String? = nil
    ) -> MaskStreamError {
        MaskStreamError(
            .cannotCreate, "\(what) exists\(complete == nil ? "" : " by now") (\(path))",
            hint: complete.map { "what this run made is complete in \($0)" }
                ?? "choose another name, or replace it with --overwrite")
    }

    private static func failure(_ code: Int32, _ what: String, _ path: String) -> MaskStreamError {
        MaskStreamError(
            .cannotCreate,
            "cannot create \(what): \(String(cString: strerror(code))) (\(path))",
            hint: MaskStreamError.hint(
                code, otherwise: "check the space on the disk, and that you may write there"))
    }

    private func failure(_ code: Int32, _ operation: String) -> MaskStreamError {
        MaskStreamError(
            .inputOutput,
            "\(operation) failed for \(what): \(String(cString: strerror(code))) (\(path))",
            hint: "check the space on the disk; what was written is in \(part)")
    }
}
