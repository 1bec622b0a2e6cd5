import Foundation
import MaskStream

/// What kind of thing the output's name stands for.
enum OutputTarget {
    /// The standard output, by its descriptor.
    case pipe(Int32)
    /// A regular file: written as `part`, renamed to `path` at the end.
    case file(path: String, part: String)
    /// A device, a named pipe or a URL: written directly.
    case direct(String)

    /// Tells files from devices and URLs; an existing path is always a file.
    init(_ options: OutputOptions) {
        let name = options.destination
        if name == "-" {
            self = .pipe(options.standardOutput)
            return
        }
        if let kind = Self.status(name)?.st_mode, kind & S_IFMT != S_IFREG, kind & S_IFMT != S_IFDIR
        {
            self = .direct("file:" + name)
            return
        }
        let isURL = Self.status(name) == nil && Self.looksLikeURL(name)
        let path = name.hasPrefix("file:") && isURL ? String(name.dropFirst(5)) : name
        self = isURL && path == name ? .direct(name) : .file(path: path, part: path + ".part")
    }

    /// Whether it lies behind a network.
    var isRemote: Bool {
        guard case .direct(let url) = self else { return false }
        return url.contains("://") && !url.hasPrefix("file:")
    }

    /// The target for muxers that open it by its plain name.
    var opened: OutputTarget {
        switch self {
        case .pipe: self
        case .file(let path, _): .direct(path)
        case .direct(let url): .direct(url.hasPrefix("file:") ? String(url.dropFirst(5)) : url)
        }
    }

    /// Refuses outputs that cannot be made: existing, a folder, the input, in no folder.
    ///
    /// - Throws: `MaskStreamError/Code/cannotCreate`.
    func check(_ options: OutputOptions, inputs: [String]) throws {
        guard case .file(let path, let part) = self else { return }
        for name in [path, part] {
            guard let output = Self.status(name) else { continue }
            if output.st_mode & S_IFMT == S_IFDIR {
                throw MaskStreamError(
                    .cannotCreate, "the output is a folder (\(name))",
                    hint: "name a file in it, as \(name)/out.mkv")
            }
            for input in inputs {
                guard let found = Self.status(input), found.st_ino == output.st_ino,
                    found.st_dev == output.st_dev
                else { continue }
                throw MaskStreamError(
                    .cannotCreate, "the output is the input (\(name))",
                    hint: "choose another name for the output")
            }
        }
        if Self.status(path) != nil, !options.overwrite {
            throw MaskStreamError(
                .cannotCreate, "the output exists (\(path))",
                hint: "choose another name, or replace it with --overwrite")
        }
        let folder = (path as NSString).deletingLastPathComponent
        try Self.check(folder: folder.isEmpty ? "." : folder, path)
    }

    private static func check(folder: String, _ path: String) throws {
        guard let found = status(folder) else {
            throw MaskStreamError(
                .cannotCreate, "the output's folder does not exist (\(path))",
                hint: "make the folder first: mkdir -p \(folder)")
        }
        guard found.st_mode & S_IFMT == S_IFDIR else {
            throw MaskStreamError(
                .cannotCreate, "the output's folder is a file (\(path))",
                hint: "choose another name for the output")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw MaskStreamError(
                .cannotCreate, "the output's folder cannot be written (\(path))",
                hint: "choose a folder you may write to")
        }
    }

    /// The file's status, links followed; nil where there is none.
    static func status(_ path: String) -> stat? {
        var found = stat()
        return stat(path, &found) == 0 ? found : nil
    }

    private static func looksLikeURL(_ name: String) -> Bool {
        if name.hasPrefix("file:") || name.hasPrefix("pipe:") { return true }
        guard let end = name.firstRange(of: "://") else { return false }
        let scheme = name[..<end.lowerBound]
        return !scheme.isEmpty
            && scheme.allSatisfy { $0.isLetter || $0.isNumber || "+.-".contains($0) }
    }
}
