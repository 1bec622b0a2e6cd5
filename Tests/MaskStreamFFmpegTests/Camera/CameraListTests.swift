import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct CameraListTests {
    @Test("Of a range of sizes the customary ones are asked for, the largest and the wanted")
    func ranges() {
        func sizes(_ range: CameraSizeRange, wanted: (width: Int, height: Int)? = nil) -> String {
            range.sizes(wanted: wanted).map { "\($0.width)x\($0.height)" }.joined(separator: " ")
        }
        let steps = CameraSizeRange(
            "nv12", widths: 32...1296, heights: 32...972, widthStep: 16, heightStep: 4)
        #expect(
            sizes(steps)
                == "320x180 320x240 640x360 640x480 800x600 960x540 1280x720 1296x972")
        #expect(sizes(steps, wanted: (48, 36)).hasSuffix(" 1296x972 48x36"))
        #expect(!sizes(steps, wanted: (50, 36)).contains("50x36"), "not on the steps")
        let any = CameraSizeRange(
            "nv12", widths: 2...640, heights: 1...480, widthStep: 0, heightStep: 0)
        #expect(any.widthStep == 1 && any.heightStep == 1)
        #expect(sizes(any, wanted: (641, 480)) == "320x180 320x240 640x360 640x480")
        #expect(any.contains(3, 1) && !any.contains(1, 1))
    }

    @Test("Four letters become FFmpeg's names")
    func formats() {
        func name(_ letters: String) -> String {
            let code = zip(letters.utf8, 0...).reduce(UInt32(0)) { $0 | UInt32($1.0) << (8 * $1.1) }
            return CameraFormats.name(of: code)
        }
        #expect(name("YUYV") == "yuyv422" && name("MJPG") == "mjpeg" && name("YU12") == "yuv420p")
        #expect(name("Y16 ") == "gray16le")
        #expect(name("S910") == "S910" && !CameraFormats.isKnown("S910"))
    }

    @Test("What is no camera is left out")
    func noCameras() throws {
        let folder = try TemporaryFolder()
        for name in ["video0", "video1a", "video"] { _ = try folder.write(Data(), to: name) }
        let list = CameraList(folder: folder.url.path)
        #expect(list == CameraList(cameras: []))
        #expect(CameraList(folder: folder.path("missing")) == list)
    }

    @Test("A mode in words, and the usual one")
    func words() {
        let camera = Camera(
            path: "/dev/video0", name: "A", driver: "uvcvideo",
            modes: [
                CameraMode("yuyv422", 640, 480, .listed([Rational(60, 1), Rational(30000, 1001)])),
                CameraMode("S910", 64, 48, .listed([])),
            ])
        #expect(camera.usualMode?.description == "yuyv422 640x480 at 29.97 fps")
        #expect(
            camera.modes.map(\.description) == ["yuyv422 640x480 at 60, 29.97 fps", "S910 64x48"])
        let rates = CameraRates.between(slowest: Rational(5, 2), fastest: Rational(30, 1))
        #expect("\(rates)" == "2.5 to 30" && rates.fastest == Rational(30, 1))
    }

    @Test("What the driver changed is told; what nobody asked for is not")
    func changes() {
        var options = InputOptions("/dev/video0")
        let given = FrameFormat(
            width: 640, height: 480, pixelFormat: .gray, frameRate: Rational(30000, 1001))
        #expect(options.changes(by: given) == nil)
        options.size = (640, 480)
        options.rate = Rational(30, 1)
        #expect(options.changes(by: given) == nil)
        options.size = (641, 480)
        options.rate = Rational(60, 1)
        #expect(
            options.changes(by: given)?.message
                == "the camera gives 640x480 instead of 641x480 and 29.97 instead of 60 frames "
                + "per second (/dev/video0)")
        options.location = "raw.yuv"
        #expect(options.changes(by: given) == nil)
    }

    @Test("A device that tells nothing is opened as before, and a file is no virtual camera")
    func silent() throws {
        var options = InputOptions("/dev/video77")
        #expect(try options.settledForCamera().size == nil)
        options.format = "v4l2"
        options.location = "/dev/null"
        #expect(try options.settledForCamera().pixelFormat == nil)
        try VirtualCamera.prepare("/dev/null")
    }
}
