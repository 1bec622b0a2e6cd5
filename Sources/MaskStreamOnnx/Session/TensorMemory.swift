internal import COnnxRuntime
import MaskStream

/// The memory of a Float32 tensor that is ours, and the runtime's view of it.
final class TensorMemory {
    /// The most elements a tensor may have: 256 MiB, ten times what an 8K image needs at 1/4 size.
    static let mostElements = 1 << 26

    let shape: [Int]
    let elements: UnsafeMutableBufferPointer<Float>
    let value: OpaquePointer
    private let runtime: OnnxRuntime

    /// Allocates zeros, aligned to 64 bytes.
    ///
    /// Calls `OrtApi.CreateTensorWithDataAsOrtValue`.
    ///
    /// The shape's count was checked with ``count(of:)``.
    init(shape: [Int], count: Int, place: OpaquePointer, runtime: OnnxRuntime) throws {
        let byteCount = count * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 64)
        let floats = memory.bindMemory(to: Float.self, capacity: count)
        floats.initialize(repeating: 0, count: count)
        let dimensions = shape.map { Int64($0) }
        let api = runtime.api.pointee
        do {
            value = try runtime.make("bind") {
                api.CreateTensorWithDataAsOrtValue(
                    place, memory, byteCount, dimensions, dimensions.count,
                    Int32(MS_ORT_FLOAT32), &$0)
            }
        } catch {
            memory.deallocate()
            throw error
        }
        elements = UnsafeMutableBufferPointer(start: floats, count: count)
        self.shape = shape
        self.runtime = runtime
    }

    deinit {
        runtime.api.pointee.ReleaseValue(value)
        UnsafeMutableRawPointer(elements.baseAddress)?.deallocate()
    }

    /// How many elements a concrete shape has; nil if it is open, empty or beyond the limit.
    static func count(of shape: [Int]) -> Int? {
        var count = 1
        for dimension in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard dimension > 0, !overflow, product <= mostElements else { return nil }
            count = product
        }
        return count
    }
}
