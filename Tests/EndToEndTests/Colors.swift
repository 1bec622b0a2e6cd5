import Foundation
import MaskStreamTestSupport

/// A file's pictures as RGBA of 16 bits a channel, which every kind of picture decodes to exactly.
struct Colors {
    let width: Int
    let height: Int
    private let samples: [UInt16]

    /// Decodes a file with the `ffmpeg` program.
    init(_ path: String, width: Int, height: Int, decoder: [String] = []) throws {
        self.width = width
        self.height = height
        let data = try Clips.ffmpeg(
            decoder + ["-noautorotate", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"]
                + ["-f", "rawvideo", "-pix_fmt", "rgba64le", "-"])
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
