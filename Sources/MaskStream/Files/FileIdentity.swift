import Foundation

/// Which file a path leads to, whatever the path is called: the device and the inode.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    /// The file's number on its device; it stays when the file is renamed.
    package let inode: UInt64
    /// Whether it is a regular file.
    public let isRegular: Bool
    /// Whether it is a folder.
    public let isFolder: Bool
    /// Whether it is a character device, which any number of writers may share.
    public let isCharacterDevice: Bool

    /// The file at the end of a path, links followed; nil where there is none.
    ///
    /// Wraps `stat`.
    public init?(_ path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        self.init(facts)
    }

    /// The open file behind a descriptor; nil where it is closed.
    ///
    /// Wraps `fstat`.
    public init?(descriptor: Int32) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }

    private init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        let kind = facts.st_mode & S_IFMT
        isRegular = kind == S_IFREG
        isFolder = kind == S_IFDIR
        isCharacterDevice = kind == S_IFCHR
    }
}
