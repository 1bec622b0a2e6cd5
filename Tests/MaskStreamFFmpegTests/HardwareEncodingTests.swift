import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// `--crf` and bit rates in the encoders' own options.
@Suite struct HardwareQualityTests {
    @Test(arguments: [
        ("h264_nvenc", EncoderFamily.nvenc), ("hevc_vaapi", .vaapi), ("av1_qsv", .qsv),
        ("vp8_v4l2m2m", .v4l2m2m), ("libx264", nil), ("nvenc", nil), ("mpeg2video", nil),
    ])
    func familiesGoByName(encoder: String, family: EncoderFamily?) {
        #expect(EncoderFamily(of: encoder) == family)
    }

    /// The named options of an encoder, as it would be opened; nil where this FFmpeg lacks it.
    private func options(
        _ name: String, _ keys: [String], _ change: (inout OutputOptions) -> Void
    ) throws -> [String: String]? {
        guard let codec = avcodec_find_encoder_by_name(name) else { return nil }
        var options = OutputOptions(destination: "out.mkv")
        options.codec = name
        change(&options)
        let choice = try EncoderChoice(
            options, container: Container(options, input: nil), input: nil)
        var context = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&context) }
        let encoder = try #require(context)
        (encoder.pointee.width, encoder.pointee.height) = (1920, 1080)
        encoder.pointee.framerate = AVRational(num: 30, den: 1)
        try EncoderSettings.apply(options, choice, hdr10: nil, to: encoder)
        var found: [String: String] = [:]
        for key in keys {
            var value: UnsafeMutablePointer<UInt8>?
            guard av_opt_get(encoder, key, AV_OPT_SEARCH_CHILDREN, &value) >= 0, let value else {
                continue
            }
            found[key] = String(cString: value)
            av_free(value)
        }
        return found
    }

    struct Row: Sendable, CustomStringConvertible {
        let encoder: String
        /// nil: nothing is said of quality.
        let crf: Double?
        let options: [String: String]
        var description: String { "\(encoder) \(crf.map { "\($0)" } ?? "")" }

        init(_ encoder: String, _ crf: Double?, _ options: [String: String]) {
            (self.encoder, self.crf, self.options) = (encoder, crf, options)
        }
    }

    static let rows = [
        // Numbers of `rc` and `rc_mode`: NVENC's VBR is 1, VA-API's CQP is 1.
        Row("h264_nvenc", 19, ["rc": "1", "cq": "19.000000", "b": "0"]),
        Row("hevc_nvenc", 27.5, ["rc": "1", "cq": "27.500000", "b": "0"]),
        Row("h264_nvenc", nil, ["rc": "1", "cq": "23.000000", "b": "0"]),
        Row("h264_vaapi", 19, ["rc_mode": "1", "global_quality": "19"]),
        Row("hevc_vaapi", nil, ["rc_mode": "1", "global_quality": "23"]),
        Row("vp9_vaapi", 63, ["rc_mode": "1", "global_quality": "252"]),
        Row("vp9_vaapi", nil, ["rc_mode": "1", "global_quality": "128"]),
        Row("vp8_vaapi", 10, ["rc_mode": "1", "global_quality": "20"]),
        Row("h264_qsv", 19, ["global_quality": "19"]),
        Row("hevc_qsv", nil, ["global_quality": "23"]),
        Row("vp9_qsv", nil, ["global_quality": "32"]),
        // A tenth of a bit per pixel.
        Row("h264_v4l2m2m", nil, ["b": "6220800"]),
        Row("mpeg2_qsv", nil, ["b": "6220800"]),
        // Software is as it was.
        Row("libx264", 19.5, ["crf": "19.500000"]),
        Row("libvpx-vp9", 40, ["crf": "40"]),
    ]

    @Test(arguments: rows) func quality(_ row: Row) throws {
        let found = try options(row.encoder, Array(row.options.keys)) { $0.crf = row.crf }
        guard let found else { return }
        #expect(found == row.options)
    }

    @Test func whatTheUserSaysOfTheRateCounts() throws {
        let rate = try options("h264_nvenc", ["b", "cq"]) { $0.encoderOptions = [("b", "5M")] }
        #expect(rate == nil || rate == ["b": "5000000", "cq": "0.000000"])
        let speed = try options("h264_nvenc", ["cq"]) { $0.encoderOptions = [("preset", "p7")] }
        #expect(speed == nil || speed == ["cq": "23.000000"])
        let mode = try options("h264_vaapi", ["rc_mode", "global_quality"]) {
            $0.encoderOptions = [("rc_mode", "VBR"), ("b", "5M")]
        }
        #expect(mode == nil || mode == ["rc_mode": "3", "global_quality": "0"])
    }

    @Test func liveFramesWaitForNoOthers() throws {
        let found = try options("h264_nvenc", ["tune", "zerolatency", "delay", "bf"]) {
            $0.isLive = true
        }
        let expected = ["tune": "2", "zerolatency": "true", "delay": "0", "bf": "0"]
        #expect(found == nil || found == expected, "\(found ?? [:])")
    }

    @Test(arguments: [
        ("h264_nvenc", 0.0, "takes 1 to 51"), ("h264_nvenc", 52, "takes 1 to 51"),
        ("h264_vaapi", 0, "whole numbers from 1 to 51"),
        ("h264_qsv", 20.5, "whole numbers from 1 to 51"),
        ("vp9_vaapi", 64, "whole numbers from 1 to 63"),
        ("h264_v4l2m2m", 20, "b=6M"), ("mjpeg_qsv", 20, "b=6M"), ("mpeg2_vaapi", 20, "b=6M"),
    ])
    func qualityThatAnEncoderDoesNotHave(encoder: String, crf: Double, hint: String) throws {
        guard avcodec_find_encoder_by_name(encoder) != nil else { return }
        let error = #expect(throws: MaskStreamError.self) {
            try options(encoder, []) { $0.crf = crf }
        }
        #expect(error?.code == .usage && error?.message.contains("--crf") == true)
        #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "")")
    }

    @Test(arguments: [
        ("h264_vaapi", PixelFormat.yuv420p, "nv12"), ("h264_vaapi", .yuv444p, "nv12"),
        ("hevc_vaapi", .yuv420p, "nv12"),
        ("hevc_vaapi", PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1, chromaShiftY: 1), "p010le"),
        ("h264_qsv", .yuv420p, "nv12"), ("h264_nvenc", .yuv420p, "yuv420p"),
        ("h264_nvenc", .yuv444p, "yuv444p"),
    ])
    func whatIsGivenToTheDevice(encoder: String, format: PixelFormat, encoded: String) throws {
        guard avcodec_find_encoder_by_name(encoder) != nil else { return }
        var options = OutputOptions(destination: "out.mkv")
        options.codec = encoder
        let plan = try OutputPlan(
            options, format: FrameFormat(width: 320, height: 192, pixelFormat: format), input: nil)
        #expect(pixelFormatName(plan.form.pixelFormat) == encoded)
    }
}

/// Frames on a device, which a stand-in for NVIDIA's driver plays in the program's memory.
@Suite struct HardwareFrameTests {
    @Test(arguments: [AV_PIX_FMT_NV12, ms_pix_fmt_p010])
    func framesComeBackAsTheyWent(format: AVPixelFormat) throws {
        // FFmpeg asks for the library by its name, and gets the one that is open.
        let driver = try StubDriver()
        try #require(dlopen(driver.folder.path("libcuda.so.1"), RTLD_NOW) != nil)
        let device = try HardwareDevice(opening: .cuda)
        let memory = try HardwareFrames(device, format, width: 70, height: 50)
        let frame = try MediaFrame(format, width: 70, height: 50)
        for index in 0..<2 {
            let (base, stride) = frame.plane(index)
            let rows = index == 0 ? 50 : 25
            for place in 0..<stride * rows { base?[place] = UInt8(truncatingIfNeeded: place * 7) }
        }
        frame.pointer.pointee.pts = 42
        frame.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        let uploaded = try memory.upload(frame)
        #expect(uploaded.isOnDevice && uploaded.format == AV_PIX_FMT_CUDA)
        #expect(uploaded.fields.pts == 42 && uploaded.fields.color_range == AVCOL_RANGE_JPEG)
        let back = try uploaded.downloaded()
        #expect(!back.isOnDevice && back.format == format)
        #expect(back.width == 70 && back.height == 50)
        #expect(back.fields.pts == 42 && back.fields.color_range == AVCOL_RANGE_JPEG)
        let bytes = format == AV_PIX_FMT_NV12 ? 70 : 140
        for index in 0..<2 {
            let (from, to) = (frame.plane(index), back.plane(index))
            for y in 0..<(index == 0 ? 50 : 25) {
                let (sent, got) = (from.base, to.base)
                let isSame = (0..<bytes).allSatisfy {
                    sent?[y * from.stride + $0] == got?[y * to.stride + $0]
                }
                #expect(isSame, "plane \(index), row \(y)")
            }
        }
    }
}
