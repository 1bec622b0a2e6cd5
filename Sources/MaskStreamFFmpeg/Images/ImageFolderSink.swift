internal import CFFmpeg
import Foundation
public import MaskStream

/// Writes each frame as an image of the output folder, named after the file that it came from.
///
/// An image that cannot be written does not stop the others; the first such error is thrown at the
/// end.
public struct ImageFolderSink: FrameSink {
    /// The images that have no output yet, by their paths below the input folder.
    public let missing: [String]

    private let options: OutputOptions
    private let names: ImageNames
    private let report: WarningReport
    private var failures: (count: Int, first: MaskStreamError)?

    /// Checks the folder and the names; nothing is made yet.
    ///
    /// An output that exists is complete: without `overwrite` it is left as it is, so that a run
    /// that was stopped goes on where it ended.
    ///
    /// - Throws: `MaskStreamError` 64 for a destination that is no folder and for a kind of file
    ///   that is no image, 73 for a folder that cannot be made or is the input, and where all
    ///   outputs exist.
    public init(
        _ options: OutputOptions, folder: ImageFolder, isDryRun: Bool = false,
        report: @escaping WarningReport
    ) throws {
        let kind = try ImageKind(options)
        let out = options.destination
        try Self.check(out)
        names = ImageNames(folder.images, ending: kind.ending)
        self.report = report
        self.options = options
        try options.reads.refuse(FileIdentity(out), "the output folder", out)
        var (missing, existing) = ([String](), ImageFolder.Names())
        for image in folder.images {
            let name = names.output(image)
            guard let identity = FileIdentity("\(out)/\(name)") else {
                missing.append(image)
                continue
            }
            try options.reads.refuse(identity, "the output", "\(out)/\(name)")
            if options.overwrite { missing.append(image) } else { existing.add(name) }
        }
        self.missing = missing
        guard !missing.isEmpty else {
            throw MaskStreamError(
                .cannotCreate, "all \(existing.count) outputs exist (\(out))",
                hint: "choose another folder, or replace them with --overwrite")
        }
        if existing.count > 0 {
            report(
                MediaWarning(
                    "outputs_exist",
                    "\(existing.count) of \(folder.images.count) outputs exist and are left as "
                        + "they are (\(existing.text)); --overwrite replaces them"))
        }
        if !isDryRun { try Self.checkParent(of: out) }
    }

    /// Refuses what is no folder, and what is called like a video or an image and does not exist.
    private static func check(_ out: String) throws {
        let isPlace = out != "-" && !out.contains("://")
        let found = isPlace ? FileIdentity(out) : nil
        if found?.isFolder == true { return }
        guard found == nil else {
            throw MaskStreamError(
                .cannotCreate, "a folder of images needs a folder out, \(out) is a file",
                hint: "name a folder")
        }
        let isMedia = !out.hasSuffix("/") && av_guess_format(nil, out, nil) != nil
        guard isPlace, !isMedia else {
            throw MaskStreamError(
                .usage, "a folder of images needs a folder out (\(withoutCredentials(out)))",
                hint: isPlace
                    ? "this is a file's name; if a folder is meant: \(out)/" : "name a folder")
        }
    }

    /// The folder is made with its first image, if its parent exists.
    private static func checkParent(of folder: String) throws {
        let parent = Destination.folder(of: folder)
        guard FileIdentity(folder) == nil, access(parent, W_OK | X_OK) != 0 else { return }
        throw MaskStreamError(
            .cannotCreate,
            "the output folder cannot be made: \(String(cString: strerror(errno))) (\(folder))",
            hint: "its parent must exist and be writable")
    }

    /// Writes one image.
    ///
    /// - Throws: `MaskStreamError` with a code that would be every image's: wrong options, a full
    ///   disk.
    public mutating func write(_ frame: Frame) throws {
        var options = options
        let path = "\(options.destination)/\(names.output(frame.file ?? "frame"))"
        options.destination = path
        options.format = nil
        do {
            makeFolders(to: path)
            let sink = try FFmpegSink(options, format: frame.format, report: report)
            try sink.write(frame)
            try sink.finish()
        } catch let error as MaskStreamError where [.cannotCreate, .software].contains(error.code) {
            report(MediaWarning("picture_failed", "not written: \(error.message)"))
            failures = ((failures?.count ?? 0) + 1, failures?.first ?? error)
        }
    }

    /// Throws the first error of an image that was not written; the others are complete.
    public mutating func finish() throws {
        guard let failures else { return }
        throw MaskStreamError(
            failures.first.code,
            "\(failures.count) of \(missing.count) images were not written, the first: "
                + failures.first.message, hint: "the others were written",
            underlying: failures.first)
    }

    /// Does nothing: every image is complete.
    public mutating func abandon() throws {}
}
