import Foundation
import MaskStreamTestSupport

/// A file's pictures as RGBA, 8-bit samples brought to 16 bits.
struct Colors {
    let width: Int
    let height: Int
    private let samples: [UInt16]

    /// Decodes a file with the `ffmpeg` program, to the depth that it has: of other depths swscale
    /// makes other colours.
    init(_ path: String, width: Int, height: Int, decoder: [String] = []) throws {
        self.width = width
        self.height = height
        let format = try Clips.probe(path, ["-show_entries", "stream=pix_fmt"]).first ?? ""
        let isDeep = ["10", "12", "16", "48", "64"].contains { format.contains($0) }
        let data = try Clips.ffmpeg(
            decoder + ["-noautorotate", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"]
                + ["-f", "rawvideo", "-pix_fmt", isDeep ? "rgba64le" : "rgba", "-"])
        guard isDeep else {
            samples = data.map { UInt16($0) * 257 }
            return
        }
        samples = data.withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map {
                UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
            }
        }
    }

    var pictures: Int { samples.count / (4 * width * height) }
    var pixels: Int { samples.count / 4 }

    /// Red, green, blue and alpha of a pixel, counted through all pictures.
    func pixel(_ index: Int) -> [UInt16] { Array(samples[4 * index..<4 * index + 4]) }

    func pixel(_ x: Int, _ y: Int) -> [UInt16] { pixel(y * width + x) }
}
