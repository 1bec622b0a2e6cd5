internal import CFFmpeg
import Foundation
import MaskStream

/// What a location on the command line turned out to be.
enum InputLocation: Equatable {
    /// A regular file.
    case file(String)
    /// Something that can only be read forwards: stdin (nil), a named pipe, a character device.
    case pipe(String?)
    /// A camera.
    case camera(String)
    /// Anything that FFmpeg's protocols open.
    case url(String)

    /// Looks at the file system; an existing path is always that path, whatever it looks like.
    ///
    /// - Throws: `MaskStreamError` 66 where there is nothing to read.
    init(_ options: InputOptions) throws {
        let text = options.location
        if text == "-" || text == "pipe:" || text == "pipe:0" {
            self = .pipe(nil)
            return
        }
        if options.isCamera, options.format == nil || options.format == "v4l2" {
            self = .camera(text)
            return
        }
        let path = Self.localPath(text)
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            let isMissing = errno == ENOENT || errno == ENOTDIR
            if path == text, Self.isURL(text) || options.format != nil && isMissing {
                self = .url(text)
                return
            }
            throw MaskStreamError(
                .noInput,
                "\(isMissing ? "no such input" : "cannot read input") (\(withoutCredentials(text)))",
                hint: isMissing
                    ? "check the path; a URL needs its scheme, as in https://"
                    : "\(String(cString: strerror(errno))): check the permissions")
        }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR:
            throw MaskStreamError(
                .noInput, "input is a folder (\(path))",
                hint: "give a file, or a folder of images as the only input")
        case S_IFREG, S_IFBLK: self = .file(path)
        default: self = .pipe(path)
        }
    }

    /// The location without a `file:` scheme in front.
    private static func localPath(_ text: String) -> String {
        var path = text
        for prefix in ["file://", "file:"] where path.hasPrefix(prefix) && access(text, F_OK) != 0 {
            path = String(path.dropFirst(prefix.count))
            break
        }
        return path
    }

    /// Whether FFmpeg has a protocol or a demuxer for the text's scheme.
    private static func isURL(_ text: String) -> Bool {
        if text.contains("://") { return true }
        guard let name = avio_find_protocol_name(text) else { return false }
        return String(cString: name) != "file"
    }

    /// The name for messages: credentials are cut from URLs, stdin is called stdin.
    var name: String {
        switch self {
        case .file(let path), .camera(let path): path
        case .pipe(let path): path ?? "stdin"
        case .url(let url): withoutCredentials(url)
        }
    }

    /// What FFmpeg is given as the file's name; the scheme keeps it from guessing a protocol.
    var url: String {
        switch self {
        case .file(let path): "file:" + path
        case .pipe(let path): path.map { "file:" + $0 } ?? "pipe:0"
        case .camera(let path), .url(let path): path
        }
    }
}
