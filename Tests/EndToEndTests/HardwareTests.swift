import Foundation
import MaskStreamTestSupport
import Testing

/// `--hwaccel` with a stand-in for NVIDIA's driver, whose pictures are a pattern.
///
/// All before the driver is FFmpeg's own way to a GPU. None of this machine is used.
@Suite struct HardwareTests {
    let bench: Workbench
    let driver: StubDriver
    /// A profile that shows everything.
    let whole: String

    init() throws {
        bench = try Workbench()
        driver = try StubDriver()
        whole = try TestProfile(mean: -1).write(to: bench.folder, as: "whole")
    }

    /// Ten frames, a key frame at every fifth.
    private func clip(
        _ name: String, size: String = "100x60", _ more: [String] = ["-bf", "0"]
    ) throws -> String {
        let codec = ["-c:v", "libx264", "-g", "5", "-sc_threshold", "0", "-pix_fmt", "yuv420p"]
        return try Clips.make(
            name, in: bench.folder, Clips.testSource(size, rate: "10") + codec + more)
    }

    /// Masks nothing of a clip, on hardware unless `more` says otherwise.
    @discardableResult
    private func mask(
        _ clip: String, to name: String, _ more: [String] = ["--hwaccel", "cuda"],
        codec: String = "ffv1", fault: String = "", status: Int32 = 0, input: Data? = nil,
        says words: [String] = []
    ) throws -> ProgramResult {
        try expectStatus(
            status,
            [clip, "--profile", whole, "-o", bench.path(name), "--codec", codec, "--overwrite"]
                + ["--events", bench.path("\(name).events")] + more,
            environment: driver.environment(fault), input: input, says: words)
    }

    private func samples(_ name: String) throws -> [UInt16] {
        try Clips.rawVideo(bench.path(name), pixelFormat: "yuv420p").map(UInt16.init)
    }

    private func start(_ name: String) throws -> String {
        let events = try String(contentsOfFile: bench.path("\(name).events"), encoding: .utf8)
        return events.split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test func framesComeFromTheDevice() throws {
        let result = try mask(try clip("a.mp4"), to: "out.mkv")
        #expect(result.errors.contains("warning: damage detection reduced: cuda decodes"))
        #expect(try start("out.mkv").contains(#"{"decoder":"cuda","depth""#))
        #expect(try samples("out.mkv") == StubDriver.pictures(0..<10, width: 100, height: 60))
    }

    @Test func whatLiesBesideThePictureIsCutOff() throws {
        let crop = "h264_metadata=crop_left=32:crop_top=4:crop_right=8:crop_bottom=2"
        try mask(
            try clip("a.mp4", size: "128x64", ["-bf", "0", "-bsf:v", crop]), to: "out.mkv")
        #expect(
            try samples("out.mkv")
                == StubDriver.pictures(0..<10, width: 88, height: 58, left: 32, top: 4))
    }

    @Test func tenBitsStayTenBits() throws {
        let deep = try Clips.make(
            "deep.mkv", in: bench.folder,
            Clips.testSource("96x64", rate: "10")
                + ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params"]
                + ["log-level=none:bframes=0"])
        try mask(deep, to: "out.mkv")
        let bytes = try Clips.rawVideo(bench.path("out.mkv"), pixelFormat: "yuv420p10le")
        let found = stride(from: 0, to: bytes.count, by: 2).map {
            UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
        }
        #expect(found == StubDriver.pictures(0..<10, width: 96, height: 64, scale: 4))
    }

    /// Whatever fails before the first frame, software decodes all of it.
    @Test(arguments: [
        ("create", "the stream is not taken"), ("decode=0", "the first frame failed"),
        ("picture=0", "the first frame failed"),
    ])
    func softwareWhereTheFirstFrameFails(fault: String, reason: String) throws {
        let clip = try clip("a.ts", ["-bf", "2"])
        try mask(clip, to: "software.mkv", [])
        let result = try mask(clip, to: "out.mkv", fault: fault)
        #expect(
            result.errors.contains("warning: decoded in software: cuda: \(reason)"),
            "\(result.errors)")
        #expect(!result.errors.contains("damage detection reduced"))
        #expect(try start("out.mkv").contains(#"{"decoder":"software","decoder_reason":"cuda: "#))
        #expect(try samples("out.mkv") == samples("software.mkv"))
        // A pipe is not read twice.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        try mask("-", to: "piped.mkv", fault: fault, input: bytes)
        #expect(try samples("piped.mkv") == samples("software.mkv"))
    }

    @Test func streamsThatTheDeviceDoesNotHold() throws {
        let cases = [
            ("whole.mkv", ["-pix_fmt", "yuv444p"], "the frames are yuv444p"),
            ("ffv1.mkv", ["-c:v", "ffv1"], "does not decode the stream's codec on cuda"),
            ("alpha.webm", ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p"], "the alpha"),
            ("one.png", ["-frames:v", "1", "-c:v", "png", "-pix_fmt", "rgb24"], "images are"),
        ]
        for (name, options, reason) in cases {
            let clip = try Clips.make(
                name, in: bench.folder, Clips.testSource("96x64", rate: "10") + options)
            try mask(clip, to: "software.mkv", [])
            let result = try mask(clip, to: "out.mkv")
            #expect(result.errors.contains("decoded in software: "), "\(name): \(result.errors)")
            #expect(result.errors.contains(reason), "\(name): \(result.errors)")
            #expect(try samples("out.mkv") == samples("software.mkv"), "\(name)")
        }
    }

    @Test func whatFailsOnTheWayIsMasked() throws {
        let result = try mask(
            try clip("a.mp4"), to: "out.mkv", fault: "decode=7")
        #expect(result.errors.contains("the input is damaged at frame 7"), "\(result.errors)")
        // Frame 7 never comes; 8 and 9, up to the next key frame, are black.
        let found = try samples("out.mkv")
        let (luma, size) = (100 * 60, 100 * 60 * 3 / 2)
        #expect(found.count == 9 * size)
        #expect(
            Array(found.prefix(7 * size)) == StubDriver.pictures(0..<7, width: 100, height: 60))
        for picture in 7..<9 {
            let samples = found[picture * size..<(picture + 1) * size]
            #expect(samples.prefix(luma).allSatisfy { $0 == 16 })
            #expect(samples.dropFirst(luma).allSatisfy { $0 == 128 })
        }
    }

    @Test func aDeviceThatIsNotThere() throws {
        let clip = try clip("a.mp4")
        for kind in ["cuda", "vaapi", "qsv"] {
            try mask(
                clip, to: "out.mkv", ["--hwaccel", kind], fault: "no-device", status: 69,
                says: ["there is no \(kind) device", "--hwaccel none", "install"])
            #expect(!bench.has("out.mkv") && !bench.has("out.mkv.part"))
        }
    }

    @Test func automaticTakesNothingThatMightHideDamage() throws {
        let clip = try clip("a.mp4")
        try mask(clip, to: "none.mkv", ["--hwaccel", "none"])
        #expect(try !start("none.mkv").contains("decoder"))
        for (fault, reason) in [
            ("", "cuda is untested and might hide damage; there is no vaapi device"),
            ("no-device", "there is no cuda device"),
        ] {
            for more in [[], ["--strict"]] {
                let result = try mask(
                    clip, to: "auto.mkv", ["--hwaccel", "auto"] + more, fault: fault)
                #expect(
                    result.errors.contains("info: decoded in software: \(reason)"),
                    "\(result.errors)")
                #expect(result.errors.components(separatedBy: "decoded in").count == 2)
                #expect(try start("auto.mkv").contains(#"{"decoder":"software","decoder_reason""#))
                #expect(
                    try Data(contentsOf: URL(fileURLWithPath: bench.path("auto.mkv")))
                        == Data(contentsOf: URL(fileURLWithPath: bench.path("none.mkv"))))
            }
        }
    }

    @Test(arguments: ["cuda", "vaapi", "qsv"])
    func whereDamageMustNotGoUnseen(kind: String) throws {
        for option in ["--strict", "--invert"] {
            // Before the input is opened: the machine may have a device or none.
            try expectStatus(
                64,
                ["missing.mp4", "-p", whole, "-o", bench.path("out.mkv"), option]
                    + ["--hwaccel", kind],
                says: ["--hwaccel \(kind) cannot go with \(option)", "--hwaccel none"])
        }
        try expectStatus(
            64,
            ["missing.mp4", "--masks", bench.clip, "--masks-hide", "-o", bench.path("out.mkv")]
                + ["--hwaccel", kind], says: ["cannot go with --masks-hide"])
        try expectStatus(
            64,
            ["analyze", bench.clip, "-p", whole, "-o", bench.path("analysis"), "--invert"]
                + ["--hwaccel", kind], says: ["cannot go with --invert"])
    }

    /// What was analyzed on a device is rendered where there is none.
    @Test func anAnalysisIsRenderedInSoftware() throws {
        let clip = try clip("a.mp4")
        let folder = bench.path("analysis")
        let result = try expectStatus(
            0, ["analyze", clip, "-p", whole, "-o", folder, "--hwaccel", "cuda"],
            environment: driver.environment())
        #expect(result.errors.contains("damage detection reduced"))
        try expectStatus(
            0, ["render", folder, "-o", bench.path("out.mkv"), "--codec", "ffv1"],
            environment: driver.environment("no-device"))
        try mask(clip, to: "software.mkv", [])
        #expect(try samples("out.mkv") == samples("software.mkv"))
    }

    @Test func aFolderOfImagesIsDecodedInSoftware() throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("images"), withIntermediateDirectories: true)
        _ = try Clips.make(
            "images/1.png", in: bench.folder,
            Clips.testSource("64x48", rate: "1") + ["-frames:v", "1"])
        let result = try expectStatus(
            0,
            [bench.path("images"), "-p", whole, "-o", bench.path("masked"), "--hwaccel", "cuda"],
            environment: driver.environment("no-device"))
        #expect(result.errors.contains("images are decoded in software (--hwaccel cuda"))
    }

    @Test func doctorTellsWhatOpens() throws {
        let lines = try expectStatus(0, ["doctor"], environment: driver.environment()).lines
        let decoding = try #require(lines.first { $0.hasPrefix("ok    hardware decoding") })
        #expect(decoding.contains("cuda opens, untested: damage detection is reduced"))
        #expect(decoding.contains("there is no vaapi device"))
        let encoding = lines.filter { $0.hasPrefix("ok    hardware encoding") }
        #expect(encoding.count == 4)
        #expect(encoding.contains { $0.contains("h264_vaapi") && $0.contains("no vaapi device") })
    }

    /// An encoder that takes its frames from a device's memory.
    @Test func anEncoderWithoutItsDevice() throws {
        try mask(
            try clip("a.mp4"), to: "out.mkv", [], codec: "h264_vaapi", status: 69,
            says: ["h264_vaapi cannot be used for 100x60", "no vaapi device", "libx264"])
    }
}
