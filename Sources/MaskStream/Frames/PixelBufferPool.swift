import Dispatch

/// Pictures of one size that are used again and again, so that a stream allocates only at its start.
public final class PixelBufferPool: Sendable {
    private let free: FreeList

    /// Makes an empty pool.
    public init() {
        free = FreeList()
    }

    /// A buffer whose content is undefined; it returns to the pool when nobody holds it any more.
    public func take(format: PixelFormat, width: Int, height: Int) -> PixelBuffer {
        let memory =
            free.pop { $0.format == format && $0.width == width && $0.height == height }
            ?? PixelBuffer(format: format, width: width, height: height)
        let planes = (0..<format.planeCount).map { memory.withPlane($0) { $0 } }
        return PixelBuffer(format: format, width: width, height: height, planes: planes) {
            [weak free] in free?.push(memory)
        }
    }
}

/// The buffers at rest; its state lives on one serial queue.
private final class FreeList: Sendable {
    private let queue = DispatchQueue(label: "maskstream.pool")
    private nonisolated(unsafe) var buffers: [PixelBuffer] = []

    func push(_ buffer: PixelBuffer) {
        queue.sync { if buffers.count < 32 { buffers.append(buffer) } }
    }

    func pop(where matches: (PixelBuffer) -> Bool) -> PixelBuffer? {
        queue.sync {
            guard let index = buffers.lastIndex(where: matches) else {
                buffers.removeAll()
                return nil
            }
            return buffers.remove(at: index)
        }
    }
}
