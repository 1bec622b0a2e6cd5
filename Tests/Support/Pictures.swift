public import MaskStream

/// Random numbers that are the same for the same seed (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence of a seed.
    public init(_ seed: Int) {
        state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension PixelBuffer {
    /// A buffer whose samples are `value(plane, x, y)`.
    public static func painted(
        _ format: PixelFormat, width: Int, height: Int,
        _ value: (_ plane: Int, _ x: Int, _ y: Int) -> Int
    ) -> PixelBuffer {
        var buffer = MutablePixelBuffer(format: format, width: width, height: height)
        for plane in 0..<format.planeCount {
            buffer.set(plane) { x, y in value(plane, x, y) }
        }
        return buffer.freeze()
    }

    /// The samples of a plane, row by row without padding.
    public func samples(_ plane: Int) -> [Int] {
        withPlane(plane) { plane in
            (0..<plane.height).flatMap { y in
                (0..<plane.width).map { x in
                    format.bytesPerSample == 1
                        ? Int(plane.row(y, as: UInt8.self)[x])
                        : Int(plane.row(y, as: UInt16.self)[x])
                }
            }
        }
    }

}

extension MutablePixelBuffer {
    /// Sets each sample of a plane to what `value` gives for its column and row.
    public mutating func set(_ plane: Int, _ value: (_ x: Int, _ y: Int) -> Int) {
        let bytes = format.bytesPerSample
        withPlane(plane) { plane in
            for y in 0..<plane.height {
                for x in 0..<plane.width {
                    if bytes == 1 {
                        plane.row(y, as: UInt8.self)[x] = UInt8(value(x, y))
                    } else {
                        plane.row(y, as: UInt16.self)[x] = UInt16(value(x, y))
                    }
                }
            }
        }
    }
}

extension Frame {
    /// A picture whose samples are `value(plane, x, y)`.
    public static func painted(
        _ format: FrameFormat, pts: Int64 = 0, isDamaged: Bool = false,
        _ value: (_ plane: Int, _ x: Int, _ y: Int) -> Int
    ) -> Frame {
        Frame(
            format: format, pts: pts, isDamaged: isDamaged,
            buffer: .painted(
                format.pixelFormat, width: format.width, height: format.height, value))
    }

    /// A picture of noise over the whole range of its samples.
    public static func noise(_ format: FrameFormat, seed: Int, pts: Int64 = 0) -> Frame {
        var generator = SeededGenerator(seed)
        return painted(format, pts: pts) { _, _, _ in
            Int.random(in: 0...format.pixelFormat.maxValue, using: &generator)
        }
    }
}

extension Mask {
    /// A mask of random cells of which about `share` are kept.
    public static func random(_ format: FrameFormat, seed: Int, share: Float = 0.5) -> Mask {
        var generator = SeededGenerator(seed)
        var mask = Mask(width: format.maskGrid.width, height: format.maskGrid.height)
        for index in mask.cells.indices where Float.random(in: 0..<1, using: &generator) < share {
            mask.cells[index] = Mask.kept
        }
        return mask
    }
}

extension PixelFormat {
    /// Every kind of layout that the program handles.
    public static let everyKind: [PixelFormat] = [
        .gray, .gbrp, .yuv420p, .yuv422p, .yuv444p, PixelFormat(.yuv, chromaShiftY: 1),
        PixelFormat(.gray, bitDepth: 16), PixelFormat(.rgb, bitDepth: 12),
        PixelFormat(.yuv, bitDepth: 10, chromaShiftX: 1, chromaShiftY: 1),
        PixelFormat(.yuv, bitDepth: 12, chromaShiftX: 1), PixelFormat(.yuv, bitDepth: 16),
        PixelFormat(.yuv, chromaShiftX: 1, chromaShiftY: 1, hasAlpha: true),
        PixelFormat(.rgb, bitDepth: 16, hasAlpha: true), PixelFormat(.gray, hasAlpha: true),
    ]
}

extension Orientation {
    /// All eight orientations.
    public static let every = [false, true].flatMap { transposes in
        [false, true].flatMap { flipsX in
            [false, true].map { flipsY in
                Orientation(transposes: transposes, flipsX: flipsX, flipsY: flipsY)
            }
        }
    }
}
