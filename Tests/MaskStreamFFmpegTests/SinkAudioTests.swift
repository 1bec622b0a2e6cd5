import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Sound that is encoded anew, and sound that a container does not take.
@Suite struct SinkAudioTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Six seconds with tones from 1 to 1.2 s and from 4 to 4.2 s.
    private func clip(_ name: String = "tones.mkv", _ more: [String] = []) throws -> String {
        let tones = "0.7*sin(2*PI*440*t)*(between(t,1,1.2)+between(t,4,4.2))"
        let source = "aevalsrc='\(tones)':sample_rate=48000:duration=6"
        return try Clips.make(
            name, in: folder,
            Clips.testSource(rate: "10", seconds: 6) + ["-f", "lavfi", "-i", source]
                + ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-c:a", "pcm_s16le"]
                + more)
    }

    /// A copy of a clip that lost some of its packets of sound.
    private func lossy(_ clip: String, _ name: String, _ more: [String] = ["copy"]) throws -> String
    {
        try Clips.make(
            name, in: folder,
            ["-i", clip, "-c:v", "copy", "-bsf:a", "noise=drop='between(pts*tb,2,3.5)'", "-c:a"]
                + more)
    }

    @discardableResult
    private func write(
        _ clip: String, to name: String, _ codec: String?,
        change: (inout OutputOptions) -> Void = { _ in }
    ) throws -> (path: String, warnings: [MediaWarning]) {
        var options = OutputOptions(destination: folder.path(name))
        options.audioCodec = codec
        options.overwrite = true
        change(&options)
        let log = WarningLog()
        try writeClip(
            options, .small(timeBase: Rational(1, 1000), frameRate: Rational(10, 1)),
            times: (0..<60).map { $0 * 100 }, input: try PacketInput(clip), log: log)
        return (options.destination, log.all)
    }

    /// Where tones begin on the container's clock, in seconds.
    private func onsets(_ path: String, stream: Int = 0) throws -> [Double] {
        let filter = "aresample=48000:async=1:min_comp=0.001:min_hard_comp=0.002:first_pts=0"
        let data = try Clips.ffmpeg([
            "-copyts", "-i", path, "-map", "0:a:\(stream)", "-af", filter, "-ac", "1", "-f",
            "f32le", "-",
        ])
        var (found, quiet): ([Double], Int) = ([], 48_000)
        data.withUnsafeBytes { bytes in
            for (index, value) in bytes.bindMemory(to: Float.self).enumerated() {
                quiet += 1
                guard abs(value) > 0.1 else { continue }
                if quiet > 4800 { found.append(Double(index) / 48_000) }
                quiet = 0
            }
        }
        return found
    }

    /// Expects tones so long after the first picture.
    private func expect(
        _ path: String, _ wanted: [Double], stream: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let pictures = try Clips.probe(
            path, ["-select_streams", "v", "-show_entries", "packet=pts_time"])
        let first = pictures.compactMap { Double($0) }.min() ?? 0
        let found = try onsets(path, stream: stream).map { $0 - first }
        #expect(
            found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) < 0.003 },
            "\(path.suffix(20)): \(found)", sourceLocation: sourceLocation)
    }

    @Test(
        "Sound stays in its place",
        arguments: [
            ("aac", "mp4"), ("aac", "mkv"), ("aac", "avi"), ("libopus", "webm"), ("libopus", "mp4"),
            ("flac", "mkv"), ("flac", "avi"), ("pcm_s16le", "mov"), ("libmp3lame", "mkv"),
            ("ac3", "mp4"),
        ])
    func places(codec: String, kind: String) throws {
        let out = try write(clip(), to: "out.\(kind)", codec)
        try expect(out.path, [1, 4])
        #expect(out.warnings.isEmpty, "\(out.warnings)")
        let gap = try write(lossy(clip(), "lossy.mkv"), to: "gap.\(kind)", codec)
        try expect(gap.path, [1, 4])
        let late = try Clips.make(
            "later.mkv", in: folder,
            [
                "-itsoffset", "1.5", "-i", clip(), "-i", clip(), "-map", "1:v", "-map", "0:a", "-c",
                "copy",
            ])
        try expect(write(late, to: "late.\(kind)", codec).path, [2.5, 5.5])
    }

    @Test(
        "What encoders do not take is converted",
        arguments: [
            ["-c:a", "aac", "-ar", "44100"], ["-c:a", "aac", "-ac", "6"], ["-c:a", "libmp3lame"],
            ["-c:a", "pcm_s24le", "-ar", "96000"], ["-c:a", "pcm_u8", "-ar", "8000", "-ac", "1"],
            ["-c:a", "libopus"], ["-c:a", "pcm_s16le", "-ac", "8"],
        ])
    func forms(_ codec: [String]) throws {
        let clip = try clip("form.mkv", codec)
        let wanted = try onsets(clip)
        for (name, codec) in [
            ("out.webm", "libopus"), ("out.mp4", "aac"), ("out.flv", "libmp3lame"),
            ("out.mkv", "flac"), ("ac3.mkv", "ac3"),
        ] {
            let out = try write(clip, to: name, codec)
            try expect(out.path, wanted)
            #expect(out.warnings.isEmpty, "\(out.warnings)")
        }
    }

    @Test("Several streams, each with its tags")
    func several() throws {
        let clip = try clip(
            "two.mkv",
            [
                "-map", "0:v", "-map", "1:a", "-map", "1:a", "-filter:a:1", "adelay=500",
                "-metadata:s:a:1", "language=deu",
            ])
        let out = try write(clip, to: "out.webm", "libopus")
        try expect(out.path, [1, 4])
        try expect(out.path, [1.5, 4.5], stream: 1)
        let tags = try Clips.probe(
            out.path,
            ["-select_streams", "a", "-show_entries", "stream=codec_name:stream_tags=language"])
        #expect(tags == ["opus", "opus,deu"])
    }

    @Test("Damaged packets are heard as silence, and what follows is in its place")
    func damaged() throws {
        let clip = try clip("good.mkv", ["-c:a", "aac"])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let packets = try Clips.probe(
            clip, ["-select_streams", "a", "-show_entries", "packet=pts_time,size,pos"])
        for fields in packets.map({ $0.split(separator: ",").compactMap { Double($0) } })
        where (1.05..<1.15).contains(fields[0]) {
            let start = Int(fields[2]) + 8
            for place in start..<start + max(0, Int(fields[1]) - 8) {
                bytes[place] ^= UInt8(truncatingIfNeeded: 0x55 &+ place &* 31)
            }
        }
        let noisy = try folder.write(bytes, to: "noisy.mkv")
        let out = try write(noisy, to: "out.webm", "libopus")
        #expect(try abs((onsets(out.path).last ?? 0) - 4) < 0.03)
        #expect(out.warnings.map(\.code) == ["damaged_sound"])
    }

    @Test(
        "Names that cannot be are refused",
        arguments: [
            ("libopu", "out.mkv", "`libopus`"), ("libx264", "out.mkv", "not an audio codec"),
            ("aac", "out.webm", "libopus"), ("flac", "out.mov", "flac"),
            ("flac", "out.flv", "aac"),
            ("aac", "out.y4m", "yuv4mpegpipe"),
        ])
    func refusals(codec: String, name: String, word: String) throws {
        let clip = try clip()
        let error = failure { try write(clip, to: name, codec) }
        #expect(error?.code == .usage)
        let said = "\(error?.message ?? "") \(error?.hint ?? "")"
        #expect(said.contains(word), "\(said)")
        #expect(!FileManager.default.fileExists(atPath: folder.path(name) + ".part"))
    }

    @Test func copyIsTheDefault() throws {
        let packets = { (path: String) in
            try Clips.probe(
                path,
                [
                    "-select_streams", "a", "-show_data_hash", "md5", "-show_entries",
                    "packet=data_hash",
                ])
        }
        let clip = try clip()
        #expect(try packets(write(clip, to: "out.mkv", "copy").path) == packets(clip))
        #expect(
            try write(clip, to: "out.webm", nil).warnings.first?.message.contains(
                "--audio-codec libopus") == true)
    }

    @Test(
        "What a header refuses is left out and named",
        arguments: [
            ("libopus", "mov"), ("flac", "mov"), ("truehd", "mov"), ("pcm_s16le", "flv"),
        ])
    func refused(codec: String, kind: String) throws {
        let clip = try clip("odd.mkv", ["-c:a", codec, "-strict", "-2"])
        let out = try write(clip, to: "out.\(kind)", nil)
        #expect(out.warnings.map(\.code) == ["dropped_stream"])
        #expect(out.warnings.first?.message.contains("stream 1") == true)
        #expect(try Clips.probe(out.path, ["-show_entries", "stream=codec_type"]) == ["video"])
        let error = failure {
            try write(clip, to: "strict.\(kind)", nil) { $0.strictStreams = true }
        }
        #expect(error?.code == .usage)
    }

    @Test("FLV takes one sound; the second is named")
    func secondSound() throws {
        let clip = try clip(
            "two.mkv", ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:a", "aac"])
        for codec in [nil, "libmp3lame"] {
            let out = try write(clip, to: "out.flv", codec)
            #expect(out.warnings.map(\.code) == ["dropped_stream"])
            #expect(out.warnings.first?.message.contains("stream 2") == true)
            #expect(out.warnings.first?.message.contains("--audio-codec") == false)
            #expect(try Clips.probe(out.path, ["-show_entries", "stream=codec_type"]).count == 2)
        }
    }

    @Test func chaptersThatFindNoPlaceAreNamed() throws {
        let rich = try RichClip(in: folder)
        for (name, isKept) in [
            ("out.avi", false), ("out.ts", false), ("out.nut", true), ("out.mp4", true),
        ] {
            let found = try write(rich.path, to: name, nil).warnings.map(\.code)
            #expect(found.contains("dropped_chapters") != isKept, "\(name)")
        }
    }

    @Test(
        "Ogg keeps chapters beside Opus alone, and says so",
        arguments: [
            ("libopus", 2), ("libvorbis", 0), (nil, 0),
        ])
    func oggChapters(codec: String?, count: Int) throws {
        let rich = try RichClip(in: folder)
        let out = try write(rich.path, to: "\(codec ?? "none").ogv", codec)
        let kept = try Clips.probe(out.path, ["-show_entries", "chapter=start_time"])
        #expect(kept.count == count)
        #expect(out.warnings.filter { $0.code == "dropped_chapters" }.count == (count > 0 ? 0 : 1))
    }

    @Test("What Ogg does not take is named with what it takes")
    func oggHints() throws {
        let clip = try clip("aac.mkv", ["-c:a", "aac"])
        let out = try write(clip, to: "out.ogv", nil)
        #expect(out.warnings.map(\.code) == ["dropped_stream"])
        #expect(out.warnings.first?.message.contains("--audio-codec libopus") == true)
        let error = failure { try write(clip, to: "x.ogv", nil) { $0.codec = "libx264" } }
        #expect(error?.code == .usage)
        #expect(error?.hint?.contains("libvpx, libtheora") == true)
    }

    @Test("A packet without a time follows on the one before it")
    func untimed() throws {
        let container = try Container(OutputOptions(destination: "a.mkv"), input: nil)
        let context = try #require(avformat_alloc_context())
        defer { avformat_free_context(context) }
        let stream = try #require(avformat_new_stream(context, nil))
        stream.pointee.time_base = AVRational(num: 1, den: 1000)
        var output = OutputStream(
            stream: stream, timeBase: Rational(1, 48_000), container: container)
        var times: [Int64] = []
        for time in [4800, noTimestamp, noTimestamp, 19_200] {
            let packet = try Packet()
            (packet.pointer.pointee.pts, packet.pointer.pointee.duration) = (time, 4800)
            try output.prepare(packet.pointer)
            #expect(packet.pointer.pointee.dts == packet.pointer.pointee.pts)
            times.append(packet.pointer.pointee.pts)
        }
        #expect(times == [100, 200, 300, 400] && output.movedCount == 0)
    }
}
