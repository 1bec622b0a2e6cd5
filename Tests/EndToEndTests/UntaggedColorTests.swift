import Foundation
import MaskStreamTestSupport
import Testing

/// Untagged video has one matrix, by its stored height, however it is turned.
@Suite struct UntaggedColorTests {
    @Test(arguments: ["out.mp4", "out.mkv"], [(1024, 576), (576, 1024)])
    func fillsAreTheColourThatWasAskedFor(name: String, size: (Int, Int)) throws {
        let bench = try Workbench()
        let upright = try Clips.make(
            "upright.mp4", in: bench.folder,
            ["-f", "lavfi", "-i", "color=black:size=\(size.0)x\(size.1):rate=5:duration=0.2"]
                + ["-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])
        let turned = try Clips.make(
            "turned.mp4", in: bench.folder,
            ["-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90"])
        let requests = ["--fill", "#ff0000", "--encoder-option", "qp=0", "--preset", "ultrafast"]
        try expectStatus(0, bench.masking(turned, to: name, requests))
        // What is untagged and low is BT.601, what is untagged and high BT.709.
        let matrix = size.1 < 720 ? "bt601" : "bt709"
        let pixel = try Clips.ffmpeg([
            "-i", bench.path(name), "-frames:v", "1", "-vf",
            "scale=in_color_matrix=\(matrix),format=rgb24,crop=2:1:0:0", "-f", "rawvideo", "-",
        ])
        // swscale rounds.
        #expect(pixel[0] >= 252 && pixel[1] <= 1 && pixel[2] <= 1, "\([UInt8](pixel.prefix(3)))")
    }
}
