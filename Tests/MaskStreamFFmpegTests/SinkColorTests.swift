import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct SinkColorTests {
    static let colors: [(ColorInfo, String)] = [
        (
            ColorInfo(range: .full, isRangeTagged: true, matrix: 1, primaries: 1, transfer: 1),
            "pc,bt709,bt709,bt709"
        ),
        (
            ColorInfo(range: .limited, isRangeTagged: true, matrix: 6, primaries: 6, transfer: 6),
            "tv,smpte170m,smpte170m,smpte170m"
        ),
        (
            ColorInfo(range: .limited, isRangeTagged: true, matrix: 9, primaries: 9, transfer: 16),
            "tv,bt2020nc,smpte2084,bt2020"
        ),
        (ColorInfo(range: .full, isRangeTagged: false), "pc,unknown,unknown,unknown"),
    ]

    @Test("Range and colour tags arrive", arguments: colors, ["a.mp4", "a.mkv", "b.mkv", "a.mov"])
    func tags(color: (ColorInfo, String), name: String) throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path(name))
        if name == "b.mkv" { options.codec = "ffv1" }
        var format = FrameFormat.small(
            PixelFormat(.yuv, bitDepth: name == "a.mov" ? 10 : 8, chromaShiftX: 1, chromaShiftY: 1))
        format.color = color.0
        try writeClip(options, format, times: [0, 1])
        let found = try Clips.probe(
            options.destination,
            ["-show_entries", "stream=color_range,color_space,color_transfer,color_primaries"])
        #expect(found == [color.1])
    }

    @Test("Aspect and chroma site arrive", arguments: ["a.mp4", "a.mkv"])
    func aspect(name: String) throws {
        let folder = try TemporaryFolder()
        let options = OutputOptions(destination: folder.path(name))
        var format = FrameFormat.small()
        format.sampleAspect = Rational(4, 3)
        format.color.chromaLocation = 2
        try writeClip(options, format, times: [0])
        #expect(
            try Clips.probe(
                options.destination,
                ["-show_entries", "stream=sample_aspect_ratio,chroma_location"]
            ) == ["4:3,center"])
    }

    @Test(
        "The display matrix is kept in MP4", arguments: ["a.mp4", "a.mov"],
        [
            (Orientation(clockwiseDegrees: 90), -90), (Orientation(clockwiseDegrees: 180), 180),
            (Orientation(clockwiseDegrees: 270), 90),
        ] as [(Orientation?, Int)])
    func orientation(name: String, turn: (Orientation?, Int)) throws {
        let folder = try TemporaryFolder()
        let options = OutputOptions(destination: folder.path(name))
        var format = FrameFormat.small()
        format.orientation = try #require(turn.0)
        try writeClip(options, format, times: [0])
        let found = try Clips.probe(
            options.destination, ["-show_entries", "stream_side_data=rotation"])
        #expect(found.compactMap { Int($0) }.map { ($0 + 360) % 360 } == [(turn.1 + 360) % 360])
        #expect(try FFmpegSink.keepsOrientation(options))
        #expect(
            try !FFmpegSink.keepsOrientation(OutputOptions(destination: folder.path("a.mkv"))))
    }

    @Test("HDR10 light levels are kept", arguments: ["out.mkv", "out.mp4"])
    func hdr(name: String) throws {
        let folder = try TemporaryFolder()
        let source = try Clips.make("in.mkv", in: folder, Clips.testSource() + ["-c:v", "ffv1"])
        let input = try PacketInput(source) { context in
            // MaxCLL and MaxFALL, as FFmpeg keeps them.
            let light = [UInt32(1000), 400].withUnsafeBytes { Array($0) }
            let stream = try #require(context.pointee.streams[0])
            try check(
                ms_stream_add_side_data(
                    stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, light, light.count), "add", source)
        }
        var options = OutputOptions(destination: folder.path(name))
        options.codec = "libx265"
        options.encoderOptions = [("x265-params", "log-level=none")]
        let layout = PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1, chromaShiftY: 1)
        try writeClip(options, .small(layout, width: 64, height: 64), times: [0, 1], input: input)
        let found = try Clips.probe(
            options.destination, ["-show_entries", "stream_side_data=max_content,max_average"])
        #expect(found.joined().contains("1000,400"), "\(found)")
    }

    @Test(
        "HDR10 that only the pictures tell is kept, in the header or in the pictures",
        arguments: [
            // (FFmpeg 5.1 writes it into H.264's pictures and does not read it there.)
            ("out.mp4", "libx264"), ("out.mkv", "libx265"), ("out.ts", "libx265"),
            ("out.mp4", "libsvtav1"),
        ])
    func frameHDR10(name: String, codec: String) throws {
        let folder = try TemporaryFolder()
        let graded =
            "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
            + "L(10000000,50):max-cll=1000,400:log-level=none"
        let source = try Clips.make(
            "in.ts", in: folder,
            Clips.testSource("64x64") + [
                "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", graded,
            ])
        let reader = try FFmpegSource(InputOptions(source))
        var options = OutputOptions(destination: folder.path(name))
        options.codec = codec
        // A list of the user's own joins ours.
        if codec == "libx265" { options.encoderOptions = [("x265-params", "keyint=2")] }
        let sink = try FFmpegSink(
            options, format: reader.format, input: reader.streams, relay: PacketRelay(),
            report: { _ in })
        for index in 0..<3 {
            try sink.write(patternFrame(reader.format, pts: Int64(index), duration: 1, seed: index))
        }
        try sink.finish()
        let entries = "side_data=max_content,max_average,red_x,white_point_y,max_luminance"
        let found = try Clips.probe(
            options.destination,
            ["-show_entries", "stream_\(entries):frame_\(entries)", "-read_intervals", "%+#1"])
        let numbers = found.joined(separator: ",").split(separator: ",").map { text in
            let parts = text.split(separator: "/").compactMap { Double($0) }
            return parts.count == 2 ? parts[0] / parts[1] : parts.first ?? 0
        }
        for wanted in [1000, 400, 0.68, 0.329] {
            #expect(numbers.contains { abs($0 - wanted) < 0.0001 }, "\(wanted) in \(found)")
        }
    }

    @Test(
        "Numbers that cannot be are not given to an encoder",
        arguments: [(1, 0), (-1, 1), (1 << 30, 1)])
    func damagedHDR10(number: Int32, den: Int32) {
        var hdr10 = HDR10(nil)
        var display = AVMasteringDisplayMetadata()
        (display.has_primaries, display.has_luminance) = (1, 1)
        let good = AVRational(num: 1, den: 2)
        display.display_primaries = ((good, good), (good, good), (good, good))
        display.white_point = (good, good)
        (display.min_luminance, display.max_luminance) = (good, good)
        hdr10.display = display
        let all =
            "master-display=G(25000,25000)B(25000,25000)R(25000,25000)WP(25000,25000)L(5000,5000)"
        #expect(hdr10.parameters(of: "libx265") == [all])
        hdr10.display?.max_luminance = AVRational(num: number, den: den)
        #expect(hdr10.parameters(of: "libx265") == [])
    }

    @Test("Fields stay fields", arguments: [("tff", "1,1"), ("bff", "1,0")])
    func fields(order: String, first: Substring) throws {
        let folder = try TemporaryFolder()
        let source = try Clips.make(
            "in.mkv", in: folder,
            Clips.testSource() + [
                "-vf", "setfield=\(order)", "-c:v", "libx264", "-flags", "+ilme+ildct",
                "-x264-params", "\(order)=1",
            ])
        let options = OutputOptions(destination: folder.path("out.mp4"))
        try writeClip(options, .small(), times: [0, 1, 2], input: try PacketInput(source))
        let show = ["-show_entries", "frame=interlaced_frame,top_field_first"]
        let found = try Clips.probe(options.destination, show).map { $0.prefix(3) }
        #expect(found == [first, first, first])
    }

    @Test("RGB becomes YUV with tags; grey keeps its luma")
    func converted() throws {
        let folder = try TemporaryFolder()
        var options = OutputOptions(destination: folder.path("rgb.mp4"))
        options.crf = 0
        let log = WarningLog()
        try writeClip(options, .small(.gbrp), times: [0], log: log)
        #expect(log.codes == ["converted"])
        let show = ["-show_entries", "stream=pix_fmt,color_range,color_space"]
        #expect(try Clips.probe(options.destination, show) == ["yuv444p,tv,smpte170m"])
        options.destination = folder.path("asked.mp4")
        options.pixelFormat = "yuv420p"
        try writeClip(options, .small(.gbrp), times: [0], log: log)
        #expect(log.codes == ["converted"])
        options.pixelFormat = nil
        options.destination = folder.path("gray.mp4")
        var format = FrameFormat.small(.gray)
        format.color.range = .full
        try writeClip(options, format, times: [0])
        let pixels = try Clips.rawVideo(options.destination, pixelFormat: "gray")
        #expect(pixels == patternBytes(format))
    }
}
