internal import CFFmpeg
package import MaskStream

/// What swscale makes of a frame on this machine: its bytes as RGB, and at half its size.
///
/// swscale has code of its own for each family of processors.
///
/// - Throws: `MaskStreamError` with code `software` where it does not convert the frame.
package func scaledSamples(of frame: Frame) throws -> [UInt8] {
    let format = frame.format
    guard let own = format.pixelFormat.avPixelFormat else {
        throw MaskStreamError(.software, "swscale does not know \(format.pixelFormat)")
    }
    let source = Scaler.Side(
        width: format.width, height: format.height, format: own, color: format.color)
    let targets = [
        (AV_PIX_FMT_RGB24, format.width, format.height, Scaler.Filter.area),
        (own, format.width / 2, format.height / 2, .bicubic),
    ]
    var samples: [UInt8] = []
    for (pixels, width, height, filter) in targets {
        let target = Scaler.Side(
            width: width, height: height, format: pixels, color: format.color)
        guard let scaler = Scaler(from: source, to: target, filter) else {
            throw MaskStreamError(.software, "swscale does not convert \(format.pixelFormat)")
        }
        let scaled = try scaler.convert(MediaFrame(lending: frame.buffer, as: own))
        let (base, stride) = scaled.plane(0)
        let count = pixels == AV_PIX_FMT_RGB24 ? width * 3 : width
        for row in 0..<height {
            samples += UnsafeBufferPointer(start: base.map { $0 + row * stride }, count: count)
        }
    }
    return samples
}
