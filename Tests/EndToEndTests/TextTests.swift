import Foundation
import MaskStreamTestSupport
import Testing

/// The shipped profile `text` on writing drawn by `ffmpeg`.
@Suite struct TextTests {
    let folder: TemporaryFolder
    private let size = (width: 640, height: 360)

    init() throws { folder = try TemporaryFolder() }

    /// Writing by its place; turned texts are drawn on a ground of their own and laid over.
    struct Writing: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let size: Int
        var degrees = 0
        var colour = "white"
        var ground = "0x304060"
        var text = "INVOICE 2749"
    }

    static let writings = [
        Writing(testDescription: "large, light on dark", size: 60),
        Writing(
            testDescription: "small, dark on light", size: 15, colour: "black", ground: "0xd0c8b0"),
        Writing(testDescription: "slanted", size: 34, degrees: -30),
        Writing(testDescription: "upwards", size: 30, degrees: -90),
        Writing(
            testDescription: "a plate", size: 44, colour: "black", ground: "0xe0c020",
            text: "B-KX 4821"),
    ]

    /// A clip of three frames, with writing in its middle or without any.
    private func clip(_ name: String, _ writing: Writing, isWritten: Bool) throws -> String {
        let draw =
            "drawtext=font=Sans:text='\(writing.text)':fontsize=\(writing.size)"
            + ":fontcolor=\(writing.colour):x=(w-text_w)/2:y=(h-text_h)/2"
        let filters = [
            isWritten ? draw : "null",
            "rotate=\(writing.degrees)*PI/180:fillcolor=\(writing.ground)", "format=yuv420p",
        ]
        return try Clips.make(
            name, in: folder,
            [
                "-f", "lavfi", "-i",
                "color=\(writing.ground):size=\(size.width)x\(size.height):rate=10:duration=0.3",
                "-vf", filters.joined(separator: ","), "-c:v", "ffv1",
            ])
    }

    /// Masks a clip with the shipped profile.
    private func masked(_ clip: String, to name: String, _ more: [String] = []) throws -> Planes {
        try expectStatus(
            0, [clip, "-p", "text", "-o", folder.path(name), "--codec", "ffv1"] + more,
            environment: ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"])
        return try Planes(folder.path(name), width: size.width, height: size.height)
    }

    @Test("Writing is hidden, or all that is shown", arguments: writings)
    func writing(writing: Writing) throws {
        let path = try clip("written.mkv", writing, isWritten: true)
        let written = try Planes(path, width: size.width, height: size.height)
        let bare = try Planes(
            try clip("bare.mkv", writing, isWritten: false), width: size.width, height: size.height)
        let hidden = try masked(path, to: "hidden.mkv", ["--invert"])
        let shown = try masked(path, to: "shown.mkv")
        try #require(written.count == 3 && hidden.count == 3 && shown.count == 3)
        var (ink, visible, missing, groundKept, groundShown) = (0, 0, 0, 0, 0)
        for picture in 0..<3 {
            for y in 0..<size.height {
                for x in 0..<size.width {
                    let value = written.luma(picture, x, y)
                    if value.distance(to: bare.luma(picture, x, y)).magnitude > 24 {
                        ink += 1
                        if hidden.luma(picture, x, y) != 16 { visible += 1 }
                        if shown.luma(picture, x, y) != value { missing += 1 }
                    } else if hidden.luma(picture, x, y) == value {
                        groundKept += 1
                        if shown.luma(picture, x, y) != 16 { groundShown += 1 }
                    }
                }
            }
        }
        #expect(ink > 1000)
        #expect(visible == 0, "\(visible) of \(ink) pixels of letters are not hidden")
        #expect(missing == 0, "\(missing) of \(ink) pixels of letters are not shown")
        let pixels = 3 * size.width * size.height
        #expect(groundKept * 10 > pixels * 7, "\(groundKept) of \(pixels) are kept")
        #expect(groundShown == 0, "\(groundShown) pixels are both kept and shown")
    }

    @Test(
        "Nothing is hidden where nothing is written",
        arguments: ["smptehdbars", "gradients", "mandelbrot"])
    func noWriting(source: String) throws {
        let path = try Clips.make(
            "plain.mkv", in: folder,
            [
                "-f", "lavfi", "-i", "\(source)=size=640x360:rate=10", "-frames:v", "2",
                "-pix_fmt", "yuv420p", "-c:v", "ffv1",
            ])
        let plain = try Planes(path, width: size.width, height: size.height)
        let hidden = try masked(path, to: "hidden.mkv", ["--invert"])
        try #require(plain.count == 2)
        #expect(hidden.bytes == plain.bytes)
    }
}
