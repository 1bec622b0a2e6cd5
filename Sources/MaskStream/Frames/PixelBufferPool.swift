/// Memory for frames of one size that is used again and again, so that a stream allocates only at
/// its start.
public final class PixelBufferPool: Sendable {
    private let resting = Confined<[PixelMemory]>([], label: "maskstream.pool")

    /// Makes an empty pool.
    public init() {}

    /// A buffer whose content is undefined; once it was dropped, or nobody reads what it froze
    /// into any more, its memory returns to the pool.
    public func take(format: PixelFormat, width: Int, height: Int) -> MutablePixelBuffer {
        let rested = resting.sync { resting -> PixelMemory? in
            guard let last = resting.popLast() else { return nil }
            guard last.format == format, last.width == width, last.height == height else {
                resting.removeAll()
                return nil
            }
            return last
        }
        let memory = rested ?? PixelMemory(format: format, width: width, height: height)
        return MutablePixelBuffer(memory) { [weak resting] memory in
            resting?.sync { $0.append(memory) }
        }
    }
}
