import Foundation
import MaskStream

/// The images and videos of a folder, and what else lies in it.
///
/// Images are regular files, or links to such, with the extension of one. Hidden files and folders
/// do not count. Links to folders are never followed, so that no tree is without end.
public struct ImageFolder: Sendable {
    /// Some names: how many there are, and the first few.
    public struct Names: Sendable {
        /// How many there are.
        public private(set) var count = 0
        /// The first of them.
        public private(set) var first: [String] = []

        /// Adds a name.
        public mutating func add(_ name: String) {
            count += 1
            if first.count < 5 { first.append(name) }
        }

        /// The names in words, as `a.txt, b.mp4 and 3 more`.
        public var text: String {
            let names = first.joined(separator: ", ")
            return count > first.count ? "\(names) and \(count - first.count) more" : names
        }
    }

    /// The folder.
    public let path: String
    /// The images' paths below the folder, in the order of their bytes.
    public private(set) var images: [String] = []
    /// The videos' paths below the folder, in the order of their bytes, where they are asked for.
    public private(set) var videos: [String] = []
    /// Files that are neither.
    public private(set) var others = Names()
    /// Folders that were not entered.
    public private(set) var folders = Names()
    /// Links to folders.
    public private(set) var links = Names()
    /// Folders that cannot be read, and why.
    public private(set) var unreadable: [(path: String, reason: String)] = []
    private let isRecursive: Bool
    private let takesVideos: Bool
    private let output: FileIdentity?

    /// Lists a folder; with `isRecursive` those in it, too.
    ///
    /// Wraps `readdir` and `stat`.
    ///
    /// - Parameters:
    ///   - path: the folder's path.
    ///   - isRecursive: whether the folders in it are entered.
    ///   - output: the folder that is written, which is not entered.
    ///   - takesVideos: whether files with the extension of a video count as such.
    /// - Throws: `MaskStreamError` 66 where the folder cannot be read, 65 where it has no image and
    ///   no video that counts.
    public init(
        _ path: String, isRecursive: Bool = false, output: String? = nil, takesVideos: Bool = false
    ) throws {
        self.path = path
        self.isRecursive = isRecursive
        self.takesVideos = takesVideos
        self.output = output.flatMap(FileIdentity.init)
        if let reason = list("") {
            throw MaskStreamError(
                .noInput, "cannot read the folder: \(reason) (\(path))",
                hint: "check the path and its permissions")
        }
        images.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        videos.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard videos.isEmpty else { return }
        if images.isEmpty, let first = unreadable.first {
            throw MaskStreamError(
                .noInput, "cannot read the folder: \(first.reason) (\(path)/\(first.path))",
                hint: "check its permissions")
        }
        guard !images.isEmpty else {
            let hint =
                folders.count > 0
                ? "--recursive includes its subfolders"
                : "images are found by their extension: jpg, png, webp and others"
            throw MaskStreamError(
                .badData, "the folder has no image\(takesVideos ? " or video" : "") (\(path))",
                hint: hint)
        }
    }

    /// Lists the folder and, where they are wanted, those below; gives why the first cannot be read.
    private mutating func list(_ first: String) -> String? {
        var waiting = [first]
        while let folder = waiting.popLast() {
            let place = folder.isEmpty ? path : "\(path)/\(folder)"
            guard let names = names(inFolder: place) else {
                let reason = String(cString: strerror(errno))
                guard !folder.isEmpty else { return reason }
                unreadable.append((folder, reason))
                continue
            }
            for name in names where !name.hasPrefix(".") {
                let entry = folder.isEmpty ? name : "\(folder)/\(name)"
                if let below = sort(entry) { waiting.append(below) }
            }
        }
        return nil
    }

    /// Puts an entry where it belongs; gives a folder that is to be listed.
    private mutating func sort(_ entry: String) -> String? {
        let identity = FileIdentity("\(path)/\(entry)")
        guard identity?.isFolder == true else {
            // What cannot be looked at fails when it is opened, if it is called like an image.
            let isFile = identity?.isRegular != false
            let ending = (entry as NSString).pathExtension.lowercased()
            if isFile, Self.imageExtensions.contains(ending) {
                images.append(entry)
            } else if isFile, takesVideos, Self.videoExtensions.contains(ending) {
                videos.append(entry)
            } else {
                others.add(entry)
            }
            return nil
        }
        if identity == output {
            return nil
        } else if Self.isLink("\(path)/\(entry)") {
            links.add(entry)
        } else if isRecursive {
            return entry
        } else {
            folders.add(entry)
        }
        return nil
    }

    private static func isLink(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
            && facts.st_mode & S_IFMT == S_IFLNK
    }

    /// The extensions by which images are found.
    private static let imageExtensions: Set<String> = [
        "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "avif", "jxl", "jp2", "j2k",
        "ppm", "pgm", "pbm", "pnm", "pam", "tga", "qoi", "exr", "dpx", "sgi", "psd", "hdr", "pcx",
        "svg", "heic",
    ]

    /// The extensions by which videos are found; what else is named by a playlist is none.
    private static let videoExtensions: Set<String> = [
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "vob", "mxf",
        "flv", "wmv", "asf", "nut", "3gp", "3g2", "ogv", "ogm", "y4m", "dv", "rm", "rmvb", "gxf",
    ]

    /// What is dropped, in words.
    public var warnings: [MediaWarning] {
        let kinds = [
            ("skipped_no_pictures", "no images\(takesVideos ? " or videos" : "")", others, ""),
            ("skipped_folders", "folders", folders, "; --recursive takes them"),
            ("skipped_links", "links to folders", links, ""),
        ]
        return kinds.filter { $0.2.count > 0 }.map { code, kind, names, remedy in
            MediaWarning(code, "skipped, \(kind) (\(names.count)): \(names.text)\(remedy)")
        }
            + unreadable.map {
                MediaWarning("unreadable_folder", "skipped: \(path)/\($0.path): \($0.reason)")
            }
    }
}
