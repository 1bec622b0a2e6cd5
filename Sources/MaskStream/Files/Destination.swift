import Foundation

/// Where a path that is to be written leads, links followed.
public enum Destination: Equatable, Sendable {
    /// A regular file that exists or is to be made, by its path behind all links.
    case file(String)
    /// A device, a pipe, or a file that only an open descriptor leads to: written in place.
    case inPlace(String)

    /// Follows a path to its end.
    ///
    /// - Parameters:
    ///   - path: the path as it was given.
    ///   - what: what is written, as `the output`.
    /// - Throws: ``MaskStreamError`` with code `cannotCreate` for a folder, for links that lead in
    ///   a circle, and where the folder is missing or cannot be written to; `usage` for `-`.
    public init(_ path: String, _ what: String) throws {
        guard path != "-" else {
            throw MaskStreamError(
                .usage, "only -o takes - for the standard output, not \(what)",
                hint: "name a file, or write /dev/stdout; ./- is a file of that name")
        }
        let identity = FileIdentity(path)
        if identity?.isFolder == true {
            throw MaskStreamError(
                .cannotCreate, "\(what) is a folder (\(path))",
                hint: "name a file in it, as \(path)/NAME")
        }
        if let identity, !identity.isRegular {
            self = .inPlace(path)
            return
        }
        let end = try Self.end(of: path, what)
        // A descriptor's link may name a file that was moved or removed since it was opened.
        guard FileIdentity(end) == identity else {
            self = .inPlace(path)
            return
        }
        try Self.check(folder: Self.folder(of: end), what, path)
        guard end.fileName.originalBytes.count <= Self.longestName(in: Self.folder(of: end)) else {
            throw MaskStreamError(
                .cannotCreate, "the name of \(what) is too long (\(path))",
                hint: "choose a shorter name")
        }
        self = .file(end)
    }

    /// The folder that holds a path.
    public static func folder(of path: String) -> String {
        let folder = path.folderPath
        return folder.isEmpty ? "." : folder
    }

    /// Bytes that a name in a folder may have.
    static func longestName(in folder: String) -> Int {
        let limit = pathconf(folder, Int32(_PC_NAME_MAX))
        return limit > 0 ? limit : 255
    }

    /// Wraps `readlink`; at most as many links as the kernel follows.
    private static func end(of path: String, _ what: String) throws -> String {
        var end = path
        for _ in 0..<40 {
            var target = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(end, &target, target.count)
            guard count > 0 else { return end }
            let bytes = target.prefix(count).map(UInt8.init(bitPattern:))
            let next = String(original: bytes)
            end = next.hasPrefix("/") ? next : "\(folder(of: end))/\(next)"
        }
        throw MaskStreamError(
            .cannotCreate, "\(what) is a link that leads in a circle (\(path))",
            hint: "remove the link, or choose another name")
    }

    private static func check(folder: String, _ what: String, _ path: String) throws {
        guard let identity = FileIdentity(folder) else {
            throw MaskStreamError(
                .cannotCreate, "the folder of \(what) does not exist (\(path))",
                hint: "make the folder first: mkdir -p \(folder)")
        }
        guard identity.isFolder else {
            throw MaskStreamError(
                .cannotCreate, "the folder of \(what) is a file (\(path))",
                hint: "choose another name for \(what)")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw MaskStreamError(
                .cannotCreate, "the folder of \(what) cannot be written to (\(path))",
                hint: "choose a folder that you may write to")
        }
    }
}
