internal import CFFmpeg
import MaskStream

extension MediaFrame {
    /// Gives every pixel its own copy of the chroma it had.
    ///
    /// - Parameters:
    ///   - layout: the planes of this frame, for which FFmpeg may have no name.
    ///   - format: the same planes without chroma subsampling.
    func upsamplingChroma(of layout: PixelFormat, to format: AVPixelFormat) throws -> MediaFrame {
        let target = try MediaFrame(format, width: width, height: height)
        for index in 0..<layout.planeCount {
            let isChroma = index == 1 || index == 2
            let shiftX = isChroma ? layout.chromaShiftX : 0
            let shiftY = isChroma ? layout.chromaShiftY : 0
            for y in 0..<height {
                guard let from = row(y >> shiftY, plane: index),
                    let to = target.row(y, plane: index)
                else { continue }
                if layout.bytesPerSample == 1 {
                    repeatSamples(of: from, as: UInt8.self, to: to, count: width, shift: shiftX)
                } else {
                    repeatSamples(of: from, as: UInt16.self, to: to, count: width, shift: shiftX)
                }
            }
        }
        return target
    }

    /// Writes grey and alpha as samples by turns, those of 9 to 15 bits as 16 bits.
    ///
    /// As in swscale, the largest value stays the largest, but grey of limited range is shifted.
    func interleaving(
        _ layout: PixelFormat, isFull: Bool, to format: AVPixelFormat
    ) throws -> MediaFrame {
        let target = try MediaFrame(format, width: width, height: height)
        for index in 0..<2 {
            for y in 0..<height {
                guard let from = row(y, plane: index), let to = target.row(y, plane: 0) else {
                    continue
                }
                if layout.bytesPerSample == 1 {
                    spreadSamples(of: from, as: UInt8.self, to: to, count: width, place: index) {
                        $0
                    }
                } else {
                    let up = 16 - layout.bitDepth
                    let down = isFull || index == 1 ? layout.bitDepth - up : 16
                    spreadSamples(of: from, as: UInt16.self, to: to, count: width, place: index) {
                        $0 << up | $0 >> down
                    }
                }
            }
        }
        return target
    }

    /// Writes alpha of another depth anew from that of the frame before scaling: swscale shifts it,
    /// and opaque would not be opaque.
    func rescaleAlpha(of source: MediaFrame) {
        guard let own = PixelFormat(av: format), own.hasAlpha,
            let from = av_pix_fmt_desc_get(source.format)?.pointee,
            let alpha = from.components.last, from.hasAlpha, Int(alpha.depth) != own.bitDepth
        else { return }
        let largest = 1 << Int(alpha.depth) - 1
        for y in 0..<height {
            guard let from = source.row(y, plane: Int(alpha.plane)),
                let to = row(y, plane: own.planeCount - 1)
            else { continue }
            for x in 0..<width {
                let place = x * Int(alpha.step) + Int(alpha.offset)
                let sample =
                    alpha.depth <= 8
                    ? Int(from.load(fromByteOffset: place, as: UInt8.self))
                    : Int(from.load(fromByteOffset: place, as: UInt16.self))
                let value = sample * own.maxValue / largest
                if own.bytesPerSample == 1 {
                    to.storeBytes(of: UInt8(value), toByteOffset: x, as: UInt8.self)
                } else {
                    to.storeBytes(of: UInt16(value), toByteOffset: 2 * x, as: UInt16.self)
                }
            }
        }
    }

    private func row(_ y: Int, plane index: Int) -> UnsafeMutableRawPointer? {
        let (base, stride) = plane(index)
        return base.map { UnsafeMutableRawPointer($0 + y * stride) }
    }
}

/// Repeats each sample of a row `1 << shift` times.
private func repeatSamples<Sample>(
    of source: UnsafeMutableRawPointer, as type: Sample.Type, to target: UnsafeMutableRawPointer,
    count: Int, shift: Int
) {
    let from = source.assumingMemoryBound(to: type)
    let to = target.assumingMemoryBound(to: type)
    if shift == 0 {
        to.update(from: from, count: count)
    } else {
        for x in 0..<count { to[x] = from[x &>> shift] }
    }
}

/// Writes a row's samples to every second place.
@inline(__always)
private func spreadSamples<Sample>(
    of source: UnsafeMutableRawPointer, as type: Sample.Type, to target: UnsafeMutableRawPointer,
    count: Int, place: Int, _ value: (Sample) -> Sample
) {
    let from = source.assumingMemoryBound(to: type)
    let to = target.assumingMemoryBound(to: type) + place
    for x in 0..<count { to[2 * x] = value(from[x]) }
}
