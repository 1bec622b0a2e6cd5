/// The memory of a frame that is being painted: its one owner alone can write it.
public struct MutablePixelBuffer: ~Copyable {
    /// The planes' layout.
    public let format: PixelFormat
    /// Width of the frame in pixels.
    public let width: Int
    /// Height of the frame in pixels.
    public let height: Int
    private let planes: [MutablePlane]
    /// The same memory; nobody else has it before ``freeze()``.
    private let frozen: PixelBuffer

    /// Allocates a frame whose rows are aligned to 64 bytes; its content is undefined.
    public init(format: PixelFormat, width: Int, height: Int) {
        self.init(PixelMemory(format: format, width: width, height: height)) { _ in }
    }

    /// Writes to memory that nobody reads; `release` gets it back when nobody reads it any more.
    init(_ memory: PixelMemory, release: @escaping @Sendable (PixelMemory) -> Void) {
        format = memory.format
        width = memory.width
        height = memory.height
        planes = memory.planes
        frozen = PixelBuffer(
            format: format, width: width, height: height,
            planes: planes.map {
                Plane(base: $0.base, stride: $0.stride, width: $0.width, height: $0.height)
            }
        ) { release(memory) }
    }

    /// Lends a plane for the length of `body`.
    public mutating func withPlane<R>(
        _ index: Int, _ body: (MutablePlane) throws -> R
    ) rethrows -> R {
        try withExtendedLifetime(frozen) { try body(planes[index]) }
    }

    /// Ends the painting: from now on the memory can only be read.
    ///
    /// Nothing is copied.
    public consuming func freeze() -> PixelBuffer { frozen }
}

/// Allocated memory for the planes of a frame.
final class PixelMemory: Sendable {
    let format: PixelFormat
    let width: Int
    let height: Int
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer

    init(format: PixelFormat, width: Int, height: Int) {
        self.format = format
        self.width = width
        self.height = height
        // Encoders and scalers may read a few bytes past the last row.
        let byteCount = Self.layout(format, width, height).reduce(64) {
            $0 + $1.stride * $1.height
        }
        base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { base.deallocate() }

    /// The planes, one behind the other.
    var planes: [MutablePlane] {
        var offset = 0
        return Self.layout(format, width, height).map { stride, width, height in
            defer { offset += stride * height }
            return MutablePlane(
                base: base + offset, stride: stride, width: width, height: height)
        }
    }

    private static func layout(
        _ format: PixelFormat, _ width: Int, _ height: Int
    ) -> [(stride: Int, width: Int, height: Int)] {
        (0..<format.planeCount).map { plane in
            let size = format.planeSize(plane, width: width, height: height)
            return ((size.width * format.bytesPerSample + 63) & ~63, size.width, size.height)
        }
    }
}
