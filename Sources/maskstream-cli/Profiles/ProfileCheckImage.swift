import Foundation
import MaskStream
import MaskStreamFFmpeg

/// The image that a profile is checked on.
struct CheckImage {
    let frame: Frame
    /// The file; nil for a frame that was drawn for want of one.
    let path: String?
    var format: FrameFormat { frame.format }

    /// Reads an image, or the first frame of a video, and turns it upright.
    ///
    /// - Throws: `MaskStreamError` with code `noInput` or `badData`.
    init(reading path: String) throws {
        var source = UprightSource(try FFmpegSource(InputOptions(path)))
        guard let frame = try source.next() else {
            throw MaskStreamError(
                .badData, "no image in the input (\(path))", hint: "give an image or a video")
        }
        self.path = path
        self.frame = frame
    }

    private init(drawn frame: Frame) {
        path = nil
        self.frame = frame
    }

    /// A bright disc with a dark ring on a gradient.
    static func drawn() -> CheckImage {
        let format = FrameFormat(width: 640, height: 360)
        var buffer = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        for index in 0..<3 {
            buffer.withPlane(index) { plane in
                for y in 0..<plane.height {
                    let row = plane.row(y, as: UInt8.self)
                    for x in 0..<plane.width {
                        let across = Double(x) / Double(plane.width) - 0.5
                        let down = (Double(y) / Double(plane.height) - 0.5) * 9 / 16
                        let distance = (across * across + down * down).squareRoot()
                        let disc = distance < 0.15 ? 90.0 : distance < 0.18 ? -60 : 0
                        let value = index == 0 ? 110 + across * 80 + disc : 128 + disc / 4
                        row[x] = UInt8(value)
                    }
                }
            }
        }
        return CheckImage(drawn: Frame(format: format, pts: 0, buffer: buffer.freeze()))
    }

    /// Another image of the same format: the first plane's bytes turned into their opposites.
    var altered: CheckImage {
        let buffer = frame.buffer
        var other = MutablePixelBuffer(
            format: buffer.format, width: buffer.width, height: buffer.height)
        for index in 0..<buffer.format.planeCount {
            buffer.withPlane(index) { from in
                other.withPlane(index) { to in
                    for y in 0..<from.height {
                        let (old, new) = (from.row(y, as: UInt8.self), to.row(y, as: UInt8.self))
                        let count = from.width * buffer.format.bytesPerSample
                        for x in 0..<count { new[x] = index == 0 ? ~old[x] : old[x] }
                    }
                }
            }
        }
        return CheckImage(drawn: frame.replacing(buffer: other.freeze()))
    }

    /// The middle half of the image.
    var middle: Box {
        Box(
            x: format.width / 4, y: format.height / 4, width: max(1, format.width / 2),
            height: max(1, format.height / 2))
    }

    /// What it is.
    var finding: Finding {
        let size = "\(format.width)x\(format.height)"
        guard let path else {
            return .odd("image", "\(size), drawn: give one that shows what the profile is for")
        }
        return .good("image", "\(path), \(size)")
    }
}
