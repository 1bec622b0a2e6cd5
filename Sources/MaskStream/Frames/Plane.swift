/// One plane of a frame in memory, to be read.
///
/// The pointer is valid only inside the closure that was given the plane.
public struct Plane {
    /// The first byte of the first row.
    public let base: UnsafeRawPointer
    /// Bytes from one row to the next.
    public let stride: Int
    /// Samples in a row.
    public let width: Int
    /// Rows.
    public let height: Int

    /// Describes memory as a plane.
    public init(base: UnsafeRawPointer, stride: Int, width: Int, height: Int) {
        self.base = base
        self.stride = stride
        self.width = width
        self.height = height
    }

    /// The first sample of row `y`, as `T`.
    @inlinable
    public func row<T>(_ y: Int, as type: T.Type) -> UnsafePointer<T> {
        (base + y * stride).assumingMemoryBound(to: type)
    }
}

/// One plane of a frame in memory, to be written.
///
/// The pointer is valid only inside the closure that was given the plane.
public struct MutablePlane {
    /// The first byte of the first row.
    public let base: UnsafeMutableRawPointer
    /// Bytes from one row to the next.
    public let stride: Int
    /// Samples in a row.
    public let width: Int
    /// Rows.
    public let height: Int

    /// The first sample of row `y`, as `T`.
    @inlinable
    public func row<T>(_ y: Int, as type: T.Type) -> UnsafeMutablePointer<T> {
        (base + y * stride).assumingMemoryBound(to: type)
    }
}
