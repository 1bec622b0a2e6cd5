internal import COnnxRuntime

/// The memory of a list of indices that is ours, and the runtime's view of it: int64 `[count]`.
final class IndexMemory {
    let value: OpaquePointer
    private let elements: UnsafeMutableBufferPointer<Int64>
    private let runtime: OnnxRuntime

    /// Copies indices.
    ///
    /// Calls `OrtApi.CreateTensorWithDataAsOrtValue`.
    init(_ indices: [Int], place: OpaquePointer, runtime: OnnxRuntime) throws {
        elements = .allocate(capacity: indices.count)
        _ = elements.initialize(from: indices.map { Int64($0) })
        let dimensions = [Int64(indices.count)]
        let api = runtime.api.pointee
        do {
            value = try runtime.make("bind") { [elements] in
                api.CreateTensorWithDataAsOrtValue(
                    place, elements.baseAddress,
                    elements.count * MemoryLayout<Int64>.stride, dimensions, dimensions.count,
                    Int32(MS_ORT_INT64), &$0)
            }
        } catch {
            elements.deallocate()
            throw error
        }
        self.runtime = runtime
    }

    deinit {
        runtime.api.pointee.ReleaseValue(value)
        elements.deallocate()
    }
}
