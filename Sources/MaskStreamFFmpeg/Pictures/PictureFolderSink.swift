import Foundation
public import MaskStream

/// Writes each frame as `OUT/<stem>.png`, named after the file that it came from.
public struct PictureFolderSink: FrameSink {
    private let options: OutputOptions
    private let isDryRun: Bool
    private let report: WarningReport

    /// Checks the names and makes the folder, if its parent exists.
    ///
    /// - Throws: `MaskStreamError` 64 for two pictures of one stem, 73 for a folder that cannot
    ///   be made, is a file, or already holds a picture without `overwrite`.
    public init(
        _ options: OutputOptions, names: [String], isDryRun: Bool = false,
        report: @escaping WarningReport
    ) throws {
        self.options = options
        self.isDryRun = isDryRun
        self.report = report
        let folder = options.destination
        let stems = Dictionary(grouping: names, by: Self.stem)
        for (stem, clashing) in stems.sorted(by: { $0.key < $1.key }) where clashing.count > 1 {
            throw MaskStreamError(
                .usage, "\(clashing.joined(separator: " and ")) would both become \(stem).png",
                hint: "rename one of them")
        }
        try options.reads.refuse(FileIdentity(folder), "the output folder", folder)
        for path in names.map({ Self.path($0, in: folder) }) {
            try options.reads.refuse(FileIdentity(path), "the output", path)
        }
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else {
                throw MaskStreamError(
                    .cannotCreate, "a folder of pictures needs a folder out, \(folder) is a file")
            }
        } else if !isDryRun {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: false)
            } catch {
                throw MaskStreamError(
                    .cannotCreate, "the output folder cannot be made (\(folder))",
                    hint: "its parent must exist and be writable", underlying: error)
            }
        }
        guard !options.overwrite else { return }
        let existing = names.map { Self.path($0, in: folder) }
            .first { FileManager.default.fileExists(atPath: $0) }
        if let existing {
            throw MaskStreamError(
                .cannotCreate, "the output exists already (\(existing))",
                hint: "--overwrite replaces it")
        }
    }

    /// Writes one picture.
    public mutating func write(_ frame: borrowing Frame) throws {
        var options = options
        options.destination = Self.path(frame.file ?? "frame", in: options.destination)
        let sink = try FFmpegSink(options, format: frame.format, report: report)
        try sink.write(frame)
        try sink.finish()
    }

    /// Does nothing: every picture is complete.
    public mutating func finish() throws {}

    /// Does nothing: every picture is complete.
    public mutating func abandon() throws {}

    private static func stem(_ name: String) -> String {
        (name as NSString).deletingPathExtension
    }

    private static func path(_ name: String, in folder: String) -> String {
        "\(folder)/\(stem(name)).png"
    }
}
