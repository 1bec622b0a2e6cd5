internal import CFFmpeg
import MaskStream

/// Takes packed, interleaved, palette and big-endian frames apart into planes, losing nothing.
struct Repacker {
    /// The layout of the planes.
    let layout: PixelFormat
    private let descriptor: AVPixFmtDescriptor
    private let isPalette: Bool

    /// Nil where the format's samples are not whole numbers of 8 to 16 bits.
    ///
    /// A palette's layout has alpha only where the first frame's palette does.
    init?(_ frame: MediaFrame) {
        guard let descriptor = av_pix_fmt_desc_get(frame.format)?.pointee else { return nil }
        self.descriptor = descriptor
        isPalette = frame.format == AV_PIX_FMT_PAL8
        if isPalette {
            let hasAlpha = Self.palette(frame).contains { $0 >> 24 != 255 }
            layout = PixelFormat(.rgb, hasAlpha: hasAlpha)
        } else {
            guard let layout = PixelFormat(shapeOf: descriptor) else { return nil }
            self.layout = layout
        }
    }

    /// Writes the frame's samples into a buffer of its size and of ``layout``.
    func unpack(_ frame: MediaFrame, into buffer: inout MutablePixelBuffer) {
        for index in 0..<layout.planeCount {
            buffer.withPlane(index) { plane in
                if isPalette {
                    lookUp(frame, shift: [8, 0, 16, 24][index], into: plane)
                } else {
                    unpack(frame, component: component(of: index), into: plane)
                }
            }
        }
    }

    /// Which component fills a plane.
    private func component(of plane: Int) -> AVComponentDescriptor {
        let components = descriptor.components
        if layout.hasAlpha, plane == layout.planeCount - 1 {
            return components[components.count - 1]
        }
        if components.count <= 2 { return components[0] }
        return layout.model == .rgb ? components[[1, 2, 0][plane]] : components[plane]
    }

    private func unpack(
        _ frame: MediaFrame, component: AVComponentDescriptor, into plane: MutablePlane
    ) {
        let (data, stride) = frame.plane(Int(component.plane))
        guard let base = data else { return }
        let step = Int(component.step)
        for y in 0..<plane.height {
            let source = UnsafeRawPointer(base) + y * stride + Int(component.offset)
            if layout.bytesPerSample == 1 {
                let row = plane.row(y, as: UInt8.self)
                let bytes = source.assumingMemoryBound(to: UInt8.self)
                // A step that is known when compiling is several times faster.
                switch step {
                case 1: row.update(from: bytes, count: plane.width)
                case 2: gather(bytes, step: 2, into: row, count: plane.width)
                case 3: gather(bytes, step: 3, into: row, count: plane.width)
                case 4: gather(bytes, step: 4, into: row, count: plane.width)
                default: gather(bytes, step: step, into: row, count: plane.width)
                }
            } else {
                let row = plane.row(y, as: UInt16.self)
                let mask = UInt16(truncatingIfNeeded: layout.maxValue)
                let shift = UInt16(truncatingIfNeeded: component.shift)
                for x in 0..<plane.width {
                    let raw = source.loadUnaligned(fromByteOffset: x &* step, as: UInt16.self)
                    let value = descriptor.isBigEndian ? UInt16(bigEndian: raw) : raw
                    row[x] = (value &>> shift) & mask
                }
            }
        }
    }

    @inline(__always)
    private func gather(
        _ bytes: UnsafePointer<UInt8>, step: Int, into row: UnsafeMutablePointer<UInt8>, count: Int
    ) {
        for x in 0..<count { row[x] = bytes[x &* step] }
    }

    private func lookUp(_ frame: MediaFrame, shift: UInt32, into plane: MutablePlane) {
        let palette = Self.palette(frame)
        let (data, stride) = frame.plane(0)
        guard let base = data, palette.count == 256 else { return }
        for y in 0..<plane.height {
            let row = plane.row(y, as: UInt8.self)
            for x in 0..<plane.width {
                let entry = palette[Int(base[y * stride + x])]
                row[x] = UInt8(truncatingIfNeeded: entry >> shift)
            }
        }
    }

    /// The 256 colours of a palette frame as `0xAARRGGBB`.
    private static func palette(_ frame: MediaFrame) -> [UInt32] {
        guard let base = frame.plane(1).base else { return [] }
        let bytes = UnsafeRawPointer(base)
        return (0..<256).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
    }
}
