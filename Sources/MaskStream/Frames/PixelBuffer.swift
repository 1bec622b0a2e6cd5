/// One plane of a picture in memory.
///
/// The pointer is valid only inside the closure that was given the plane.
public struct Plane {
    /// The first byte of the first row.
    public let base: UnsafeMutableRawPointer
    /// Bytes from one row to the next.
    public let stride: Int
    /// Samples in a row.
    public let width: Int
    /// Rows.
    public let height: Int

    /// Describes memory as a plane.
    public init(base: UnsafeMutableRawPointer, stride: Int, width: Int, height: Int) {
        self.base = base
        self.stride = stride
        self.width = width
        self.height = height
    }

    /// The first sample of row `y`, as `T`.
    @inlinable
    public func row<T>(_ y: Int, as type: T.Type) -> UnsafeMutablePointer<T> {
        (base + y * stride).assumingMemoryBound(to: type)
    }
}

/// The memory of one picture: its planes, and who owns them.
public final class PixelBuffer: @unchecked Sendable {
    // Unchecked: planes are written only through the one noncopyable `Frame` that holds the
    // buffer, and a frame is on one queue at a time; afterwards the buffer is only read.

    /// The planes' layout.
    public let format: PixelFormat
    /// Width of the picture in pixels.
    public let width: Int
    /// Height of the picture in pixels.
    public let height: Int
    private let planes: [Plane]
    private let release: @Sendable () -> Void

    /// Wraps memory owned by somebody else; `release` is called once, when nobody reads it.
    public init(
        format: PixelFormat, width: Int, height: Int, planes: [Plane],
        release: @escaping @Sendable () -> Void
    ) {
        precondition(planes.count == format.planeCount, "a plane for each of the format's")
        self.format = format
        self.width = width
        self.height = height
        self.planes = planes
        self.release = release
    }

    /// Allocates a picture whose rows are aligned to 64 bytes; its content is undefined.
    public convenience init(format: PixelFormat, width: Int, height: Int) {
        let layout = (0..<format.planeCount).map { plane in
            let size = format.planeSize(plane, width: width, height: height)
            let stride = (size.width * format.bytesPerSample + 63) & ~63
            return (size: size, stride: stride)
        }
        // Encoders and scalers may read a few bytes past the last row.
        let byteCount = layout.reduce(64) { $0 + $1.stride * $1.size.height }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        var offset = 0
        let planes = layout.map { size, stride in
            defer { offset += stride * size.height }
            return Plane(
                base: memory + offset, stride: stride, width: size.width, height: size.height)
        }
        nonisolated(unsafe) let owned = memory
        self.init(format: format, width: width, height: height, planes: planes) {
            owned.deallocate()
        }
    }

    deinit { release() }

    /// Lends a plane for the length of `body`.
    public func withPlane<R>(_ index: Int, _ body: (Plane) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(planes[index]) }
    }
}
