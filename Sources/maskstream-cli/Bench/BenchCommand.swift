import ArgumentParser
import Foundation
import MaskStream

/// `maskstream bench CLIP`: how fast the whole program is, beside `ffmpeg` doing plain transcoding.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Compare the whole job with ffmpeg transcoding the same clip.",
        discussion: """
            Runs `maskstream CLIP -p P -o OUT` and `ffmpeg -i CLIP -map 0:v -map 0:a? -c:v libx264 \
            -c:a copy OUT` in turn, with the same encoder settings, and gives the ratio of each \
            pair. Everything is inside the figures: start, models, decoding, encoding, audio. The \
            threshold moves as in any run; the kept fraction is printed beside, because \
            masked frames are cheaper to encode.
            """)

    @Argument(help: "A video file.", completion: .file()) var clip: String
    @OptionGroup var measuring: MeasuringArguments

    @Option(help: "How many pairs of runs are counted, after one that is not.") var runs = 5
    @Option(help: ArgumentHelp("Only so many frames.", valueName: "n")) var frames: Int?

    mutating func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs is 1 to 1000") }
        if let frames, frames < 1 { throw ValidationError("--frames is 1 or more") }
    }

    func run() throws {
        guard FileIdentity(clip) != nil else {
            throw MaskStreamError(
                .noInput, "no such file (\(clip))", hint: "give the path of a video file")
        }
        var reads = ReadFiles([clip])
        reads.add(
            profile: try Profile(folder: ProfileFinder.standard.folder(of: measuring.profile)))
        let figures = try measuring.json.map { try WholeFile($0, "the figures", reads: reads) }
        let folder = try makeFolder()
        let file = folder + "/masked.mp4"
        defer {
            // Only temporary files; what cannot be removed does no harm.
            try? FileManager.default.removeItem(atPath: folder)
        }
        var pairs: [Bench.Pair] = []
        for run in 0...runs {
            Console.error(run == 0 ? "warming up" : "run \(run) of \(runs)")
            let ours = try Bench.Encoding(
                run: ChildRun(maskstream(into: file)), bytes: bytes(file))
            // Nothing unmasked has a name.
            let plain = try TemporaryFile()
            let theirs = try Bench.Encoding(
                run: ChildRun(ffmpeg(into: "/dev/fd/3"), output: plain), bytes: plain.size)
            if run > 0 { pairs.append(Bench.Pair(ours: ours, theirs: theirs)) }
        }
        let bench = try Bench(clip: clip, profile: measuring.profile, pairs: pairs)
        try figures?.write(Data("\(bench.json)\n".utf8))
        try Console.output(bench.table)
    }

    /// A folder that nobody else looks into.
    private func makeFolder() throws -> String {
        let parent = FileManager.default.temporaryDirectory.path
        var name = Array("\(parent)/maskstream-bench-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw MaskStreamError(
                .cannotCreate,
                "no temporary folder: \(String(cString: strerror(errno))) (\(parent))",
                hint: "let TMPDIR name a folder that can be written to")
        }
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func bytes(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func maskstream(into output: String) -> [String] {
        let given: [(String, (any CustomStringConvertible)?)] = [
            ("--frames", frames), ("--threshold", measuring.threshold?.value),
            ("--detail", measuring.detail?.value), ("--turns", measuring.turns?.value),
            ("--estimate-every", measuring.estimateEvery?.value),
        ]
        return ["/proc/self/exe", "run", clip, "--profile", measuring.profile, "-o", output]
            + ["--overwrite", "--progress", "json", "--codec", "libx264"]
            + ["--preset", measuring.preset, "--crf", "\(measuring.crf)"]
            + given.flatMap { name, value in value.map { [name, "\($0)"] } ?? [] }
    }

    private func ffmpeg(into output: String) -> [String] {
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", clip, "-map", "0:v:0", "-map", "0:a?"]
            + ["-c:a", "copy", "-c:v", "libx264"]
            + ["-preset", measuring.preset, "-crf", "\(measuring.crf)"]
            + (frames.map { ["-frames:v", "\($0)"] } ?? []) + ["-f", "mp4", output]
    }
}
