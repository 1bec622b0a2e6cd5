/// The memory of one frame, which nobody writes any more: any number of frames may share it.
///
/// A ``MutablePixelBuffer`` makes one of its own memory; other memory is wrapped.
public final class PixelBuffer: @unchecked Sendable {
    // Unchecked: the compiler cannot know that the memory behind `planes` is constant. It is: a
    // `MutablePixelBuffer` ends when it freezes, and who wraps memory promises not to write it.

    /// The planes' layout.
    public let format: PixelFormat
    /// Width of the frame in pixels.
    public let width: Int
    /// Height of the frame in pixels.
    public let height: Int
    private let planes: [Plane]
    private let release: @Sendable () -> Void

    /// Wraps memory owned by somebody else, who does not write it until `release` is called; that
    /// is once, when nobody reads it any more.
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

    deinit { release() }

    /// Lends a plane for the length of `body`.
    public func withPlane<R>(_ index: Int, _ body: (Plane) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(planes[index]) }
    }
}
