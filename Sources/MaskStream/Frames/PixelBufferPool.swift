/// Pictures of one size that are used again and again, so that a stream allocates only at its start.
public final class PixelBufferPool: Sendable {
    private let resting = Confined<[PixelBuffer]>([], label: "maskstream.pool")

    /// Makes an empty pool.
    public init() {}

    /// A buffer whose content is undefined; it returns to the pool when nobody holds it any more.
    public func take(format: PixelFormat, width: Int, height: Int) -> PixelBuffer {
        let rested = resting.sync { resting -> PixelBuffer? in
            guard let last = resting.popLast() else { return nil }
            guard last.format == format, last.width == width, last.height == height else {
                resting.removeAll()
                return nil
            }
            return last
        }
        let memory = rested ?? PixelBuffer(format: format, width: width, height: height)
        let planes = (0..<format.planeCount).map { memory.withPlane($0) { $0 } }
        return PixelBuffer(format: format, width: width, height: height, planes: planes) {
            [weak resting] in resting?.sync { $0.append(memory) }
        }
    }
}
