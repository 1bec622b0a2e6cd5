import Foundation
import MaskStreamTestSupport
import Testing

/// Standing between other programs: what comes through a pipe is what comes from a file.
@Suite struct PipeTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// Runs a line of the shell in the folder; `$M` is the program with the light profile.
    private func shell(_ line: String) throws -> ProgramResult {
        let program = try Program.command([]).joined(separator: " ")
        return try runProgram([
            "bash", "-c",
            "set -o pipefail; cd '\(bench.folder.url.path)'; F='ffmpeg -nostdin -v error -y'; "
                + "M='\(program)'; P='-p \(bench.light) --progress none'; \(line)",
        ])
    }

    private func facts(_ name: String) throws -> [String] {
        try Clips.probe(
            bench.path(name),
            [
                "-select_streams", "v", "-show_entries",
                "stream=width,height,sample_aspect_ratio,pix_fmt,color_range,chroma_location,"
                    + "field_order,r_frame_rate",
            ])
    }

    private func times(_ name: String) throws -> [String] {
        try Clips.probe(
            bench.path(name), ["-select_streams", "v", "-show_entries", "frame=pts_time"])
    }

    @Test func everyTimeSurvivesNUT() throws {
        // A variable rate: every third picture is left out.
        let result = try shell(
            """
            $F -f lavfi -i testsrc2=size=64x48:rate=30:duration=2,format=yuv420p \
                -vf "select='mod(n,3)'" -fps_mode vfr -c:v ffv1 vfr.mkv &&
            $F -copyts -i vfr.mkv -c:v rawvideo -fps_mode passthrough -f nut - |
                tee in.nut | $M - $P -o - | tee out.nut |
                $F -copyts -i - -c:v ffv1 -fps_mode passthrough through.mkv &&
            $M vfr.mkv $P -o direct.mkv --codec ffv1
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try times("out.nut") == times("in.nut"))
        #expect(try times("through.mkv") == times("vfr.mkv"))
        #expect(try times("vfr.mkv").count == 40)
        #expect(
            try Clips.rawVideo(bench.path("through.mkv"), pixelFormat: "yuv420p")
                == Clips.rawVideo(bench.path("direct.mkv"), pixelFormat: "yuv420p"))
    }

    /// The encoder's own samples begin before 0, and lie behind the video in the file.
    @Test func soundBehindTheVideoGoesIntoNUT() throws {
        let result = try shell(
            """
            $F -f lavfi -i testsrc2=size=64x48:rate=10:duration=1 \
                -f lavfi -i sine=r=48000:d=1 -c:v mpeg4 -c:a aac in.mp4 && python3 - <<'E' &&
            import struct
            data = bytearray(open('in.mp4', 'rb').read())
            table = data.rindex(b'stco')
            count, = struct.unpack('>I', data[table + 8:table + 12])
            sound = b''
            for place in range(table + 12, table + 12 + 4 * count, 4):
                start, = struct.unpack('>I', data[place:place + 4])
                data[place:place + 4] = struct.pack('>I', len(data) + 8 + len(sound))
                sound += data[start:start + 8192]
            data += struct.pack('>I', len(sound) + 8) + b'mdat' + sound
            open('in.mp4', 'wb').write(data)
            E
            $M in.mp4 $P -o out.nut && $M in.mp4 $P -o - --format nut > pipe.nut &&
            $F -i in.mp4 -map a -c copy -f md5 in.md5 && $F -i out.nut -map a -c copy -f md5 out.md5 &&
            $F -i pipe.nut -map a -c copy -f md5 pipe.md5 && cmp in.md5 out.md5 && cmp in.md5 pipe.md5
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("all streams start"), "\(result.errors)")
    }

    @Test(arguments: [
        ("yuv420p", "tv", "left", "4/3", "30000/1001"), ("yuv420p", "pc", "center", "1/1", "25"),
        ("yuv422p10le", "tv", "unspecified", "16/11", "50"),
        ("yuv444p", "tv", "unspecified", "1/1", "24"),
    ])
    func headOfY4MSurvives(
        format: String, range: String, siting: String, aspect: String, rate: String
    ) throws {
        let result = try shell(
            """
            $F -f lavfi -i testsrc2=size=64x48:rate=\(rate):duration=0.5,format=\(format) \
                -vf "setsar=\(aspect),setparams=range=\(range)" \
                -chroma_sample_location \(siting) -color_range \(range) \
                -f yuv4mpegpipe -strict -1 in.y4m &&
            $M - $P -o - < in.y4m > out.y4m && $M - $P --mask exact --threshold 0 -o - \
                < in.y4m > kept.y4m
            """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try facts("out.y4m") == facts("in.y4m"))
        #expect(try times("out.y4m") == times("in.y4m"))
        func lines(_ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: bench.path(name)))
                .prefix { $0 != UInt8(ascii: "\n") }
        }
        let words = try [lines("in.y4m"), lines("out.y4m")].map {
            Set(
                String(decoding: $0, as: UTF8.self).split(separator: " ")
                    .filter { !$0.hasPrefix("XYSCSS") })
        }
        #expect(words[0].isSubset(of: words[1]), "\(words)")
        // Confidence is luma, so that all but black is kept: bit for bit.
        let (before, after) = try (
            Clips.rawVideo(bench.path("in.y4m"), pixelFormat: format),
            Clips.rawVideo(bench.path("kept.y4m"), pixelFormat: format)
        )
        let equal = zip(before, after).filter { $0 == $1 }.count
        #expect(before.count == after.count && Double(equal) > 0.9 * Double(before.count))
    }

    @Test func oneByteAtATime() throws {
        let result = try shell(
            """
            $F -i clip.mkv -frames:v 2 -map 0:v -c:v rawvideo -f nut in.nut &&
            python3 -c "
            import sys, os
            data = open('in.nut', 'rb').read()
            for i in range(len(data)): os.write(1, data[i:i+1])
            " | $M - $P -o - --format rawvideo > slow.raw &&
            $M in.nut $P -o - --format rawvideo > whole.raw && cmp slow.raw whole.raw
            """)
        #expect(result.status == 0, "\(result.errors)")
        let size = try Data(contentsOf: URL(fileURLWithPath: bench.path("slow.raw"))).count
        #expect(size == 2 * 64 * 48 * 3 / 2)
    }

    @Test func aShortLastRawFrameIsTold() throws {
        let result = try shell(
            """
            head -c \(64 * 48 * 3 / 2 * 3 + 100) /dev/urandom |
                $M - --size 64x48 --rate 25 --pix-fmt yuv420p $P -o - --format rawvideo > out.raw
            """)
        #expect(result.status == 65, "\(result.errors)")
        #expect(result.errors.contains("truncated"))
        let size = try Data(contentsOf: URL(fileURLWithPath: bench.path("out.raw"))).count
        #expect(size == 3 * 64 * 48 * 3 / 2, "what was whole came through")
    }

    @Test(arguments: ["matroska", "mpegts", "nut"])
    func containersThroughAPipe(format: String) throws {
        let result = try shell(
            "$F -i clip.mkv -c copy -f nut - | $M - $P -o - --format \(format) | "
                + "$F -i - -c:v ffv1 -c:a copy out.mkv")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try times("out.mkv").count == 10)
    }

    @Test func hangUpBeginsANewEventsFile() throws {
        let (events, old) = (bench.path("e.ndjson"), bench.path("e.ndjson.1"))
        let port = try Companion.freePort()
        let source = try Companion.ffmpeg(
            ["-re"] + Clips.testSource(seconds: 60)
                + ["-c:v", "mpeg2video", "-g", "5", "-f", "mpegts", "udp://127.0.0.1:\(port)"])
        let run = try Program.start(
            ["udp://127.0.0.1:\(port)", "-p", bench.light, "--events", events]
                + ["--progress", "none"])
        func lines(_ path: String) -> Int {
            ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
                .split(separator: "\n").count
        }
        try #require(Companion.wait { lines(events) > 5 }, "\(run.errors)")
        try FileManager.default.moveItem(atPath: events, toPath: old)
        run.signal(SIGHUP)
        try #require(Companion.wait { lines(events) > 5 }, "\(run.errors)")
        #expect(run.end(SIGINT) == 0)
        source.end(SIGKILL)
        let all = try [old, events].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let numbers = all.split(separator: "\n").compactMap { line -> Int? in
            let frame = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return frame?["type"] as? String == "frame" ? frame?["frame"] as? Int : nil
        }
        #expect(numbers == Array(0..<numbers.count), "no line is lost or torn")
    }
}
