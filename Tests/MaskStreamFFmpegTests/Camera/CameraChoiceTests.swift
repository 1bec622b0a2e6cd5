import MaskStream
import Testing

@testable import MaskStreamFFmpeg

/// Which mode of a camera is chosen, by tables of what cameras list.
@Suite struct CameraChoiceTests {
    private static func mode(_ format: String, _ width: Int, _ height: Int, _ rates: Int32...)
        -> CameraMode
    {
        CameraMode(format, width, height, .listed(rates.map { Rational($0, 1) }))
    }

    /// A camera of USB 2: raw pictures are slow when they are large.
    private static let usb = [
        mode("mjpeg", 1920, 1080, 30, 15), mode("mjpeg", 1280, 720, 60, 30),
        mode("mjpeg", 640, 480, 30), mode("yuyv422", 1280, 720, 10, 5),
        mode("yuyv422", 640, 480, 30, 15), mode("yuyv422", 320, 240, 30),
    ]
    /// The driver `vivid`.
    private static let vivid = [
        mode("yuyv422", 320, 180, 60, 50, 40, 30, 25), mode("yuyv422", 640, 480, 25, 15),
        mode("yuyv422", 640, 360, 40, 30, 25), mode("yuyv422", 1280, 720, 12, 10),
        mode("nv12", 640, 480, 25, 15), mode("rgb24", 1280, 720, 30),
    ]

    private static func text(
        _ modes: [CameraMode], _ request: CameraChoice.Request = .init()
    ) throws -> String? {
        try CameraChoice(modes, request: request, name: "/dev/video0").map {
            "\($0.pixelFormat) \($0.width)x\($0.height) \($0.rate?.brief ?? "-")"
        }
    }

    @Test("Fluent first, then large up to 720p, then uncompressed")
    func usual() throws {
        let table: [(String, [CameraMode])] = [
            ("mjpeg 1280x720 30", Self.usb),
            ("yuyv422 640x480 25", Self.vivid),
            // Both give it: raw.
            (
                "nv12 640x480 30",
                [Self.mode("mjpeg", 640, 480, 30), Self.mode("nv12", 640, 480, 30)]
            ),
            (
                "yuyv422 640x480 30",
                [Self.mode("yuv420p", 640, 480, 30), Self.mode("yuyv422", 640, 480, 30)]
            ),
            // All are larger: the smallest of them.
            (
                "mjpeg 1920x1080 30",
                [Self.mode("mjpeg", 3840, 2160, 30), Self.mode("mjpeg", 1920, 1080, 30)]
            ),
            // None is fluent: the fastest, though it is small.
            (
                "yuyv422 320x240 15",
                [Self.mode("yuyv422", 640, 480, 10), Self.mode("yuyv422", 320, 240, 15, 5)]
            ),
            // Faster than 30 only where there is nothing at 30 or below.
            ("nv12 640x480 50", [Self.mode("nv12", 640, 480, 100, 50, 15)]),
            // Video, grey and RGB only where there is nothing else.
            (
                "yuyv422 320x240 15",
                [Self.mode("h264", 1280, 720, 30), Self.mode("yuyv422", 320, 240, 15)]
            ),
            ("gray 640x480 30", [Self.mode("gray", 640, 480, 30)]),
            // What FFmpeg cannot open does not count.
            ("nv12 320x240 5", [Self.mode("S910", 640, 480, 30), Self.mode("nv12", 320, 240, 5)]),
            // A driver that lists no rates keeps its own.
            ("yuyv422 1280x720 -", [Self.mode("yuyv422", 1280, 720), Self.mode("nv12", 320, 180)]),
        ]
        for (wanted, modes) in table { #expect(try Self.text(modes) == wanted) }
        #expect(try Self.text([]) == nil)
        #expect(try Self.text([Self.mode("S910", 640, 480, 30)]) == nil)
    }

    @Test("Film's 23.976 is fluent, and 29.97 is 30")
    func fractions() throws {
        let film = CameraMode("nv12", 640, 480, .listed([Rational(24000, 1001)]))
        #expect(try Self.text([film, Self.mode("nv12", 320, 240, 30)]) == "nv12 640x480 23.98")
        let ntsc = CameraMode("nv12", 640, 480, .listed([Rational(30000, 1001), Rational(15, 1)]))
        #expect(try Self.text([ntsc], .init(rate: Rational(30, 1))) == "nv12 640x480 29.97")
    }

    @Test("Any rate between two: 30, or the nearest")
    func between() throws {
        func rate(_ slowest: Int32, _ fastest: Int32, _ request: Rational? = nil) throws -> String?
        {
            let rates = CameraRates.between(
                slowest: Rational(slowest, 1), fastest: Rational(fastest, 1))
            return try Self.text([CameraMode("nv12", 640, 480, rates)], .init(rate: request))
        }
        #expect(try rate(1, 90) == "nv12 640x480 30")
        #expect(try rate(1, 25) == "nv12 640x480 25")
        #expect(try rate(50, 90) == "nv12 640x480 50")
        #expect(try rate(1, 90, Rational(15, 2)) == "nv12 640x480 7.5")
        #expect(throws: MaskStreamError.self) { try rate(1, 25, Rational(30, 1)) }
    }

    @Test("Of what is wanted for in part, the rest is chosen")
    func request() throws {
        let table: [(String, CameraChoice.Request)] = [
            ("yuyv422 640x480 30", .init(size: (640, 480))),
            ("yuyv422 640x480 30", .init(pixelFormat: "yuyv422")),
            ("mjpeg 1280x720 60", .init(rate: Rational(60, 1))),
            ("yuyv422 1280x720 10", .init(size: (1280, 720), pixelFormat: "yuyv422")),
            ("mjpeg 1920x1080 15", .init(size: (1920, 1080), rate: Rational(15, 1))),
            ("yuyv422 1280x720 5", .init(rate: Rational(5, 1))),
        ]
        for (wanted, request) in table { #expect(try Self.text(Self.usb, request) == wanted) }
        // No rates are listed: the driver is asked for what is wanted.
        let silent = [Self.mode("nv12", 640, 480)]
        #expect(try Self.text(silent, .init(rate: Rational(12, 1))) == "nv12 640x480 12")
    }

    @Test("A request that cannot be met is told with what can")
    func refusals() {
        let table: [(CameraChoice.Request, message: String, hint: String)] = [
            (.init(pixelFormat: "nv12"), "no --pix-fmt nv12", "it offers mjpeg, yuyv422;"),
            (
                .init(size: (800, 600)), "no --size 800x600",
                "it offers 320x240, 640x480, 1280x720, 1920x1080;"
            ),
            (
                .init(size: (1920, 1080), pixelFormat: "yuyv422"), "no --size 1920x1080",
                "it offers 320x240, 640x480, 1280x720;"
            ),
            (
                .init(size: (640, 480), rate: Rational(60, 1)), "no --rate 60",
                "it offers 30 fps, 15 fps;"
            ),
        ]
        for (request, message, hint) in table {
            let error = #expect(throws: MaskStreamError.self) {
                try Self.text(Self.usb, request)
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "the camera has \(message) (/dev/video0)")
            #expect(error?.hint?.hasPrefix(hint) == true, "\(error?.hint ?? "")")
        }
    }
}
