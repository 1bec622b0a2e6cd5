import Foundation
import MaskStream

/// What kind of thing the output's name stands for.
enum OutputTarget {
    /// The standard output, by its descriptor.
    case pipe(Int32)
    /// A regular file behind all links, which gets its name at the end.
    case file(String)
    /// A device, a named pipe or a URL: written directly.
    case direct(String)

    private static let what = "the output"

    /// Tells files from devices and URLs; an existing path is always a file.
    ///
    /// - Throws: `MaskStreamError/Code/cannotCreate` for what cannot be written, is read in this
    ///   run, or exists and must not be replaced.
    init(_ options: OutputOptions, reads: ReadFiles) throws {
        let name = options.destination
        if name == "-" {
            self = .pipe(options.standardOutput)
            return
        }
        var path = name
        if FileIdentity(name) == nil, Self.looksLikeURL(name) {
            guard name.hasPrefix("file:") else {
                self = .direct(name)
                return
            }
            path = String(name.dropFirst(5))
        }
        let identity = FileIdentity(path)
        guard identity != nil || Destination.folder(of: path) != "/dev" else {
            throw MaskStreamError(
                .cannotCreate, "there is no such device (\(path))",
                hint: "sudo modprobe v4l2loopback makes a virtual camera; "
                    + "maskstream devices lists those that are there")
        }
        try reads.refuse(identity, Self.what, path)
        switch try Destination(path, Self.what) {
        case .inPlace(let path): self = .direct("file:" + path)
        case .file(let end):
            guard identity == nil || options.overwrite else {
                throw PartFile.exists(path, Self.what)
            }
            self = .file(end)
        }
    }

    /// Takes the `.part` of a regular file; nil for everything that is written directly.
    func claim(_ options: OutputOptions, reads: ReadFiles) throws -> PartFile? {
        guard case .file(let path) = self else { return nil }
        return try PartFile(
            path, Self.what, replaces: options.overwrite, reads: reads,
            isPrivate: options.isPrivate)
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
        case .file(let path): .direct(path)
        case .direct(let url): .direct(url.hasPrefix("file:") ? String(url.dropFirst(5)) : url)
        }
    }

    private static func looksLikeURL(_ name: String) -> Bool {
        if name.hasPrefix("file:") || name.hasPrefix("pipe:") { return true }
        guard let end = name.firstRange(of: "://") else { return false }
        let scheme = name[..<end.lowerBound]
        return !scheme.isEmpty
            && scheme.allSatisfy { $0.isLetter || $0.isNumber || "+.-".contains($0) }
    }
}
