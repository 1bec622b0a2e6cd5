import Dispatch

/// A value that is touched on one serial queue only.
///
/// The pipeline's type of this name is out of reach here: this target knows nothing of frames.
final class Confined<Value>: @unchecked Sendable {
    // Unchecked: `value` is reached through `sync` alone, which is on `queue`.
    private var value: Value
    private let queue: DispatchQueue

    /// Puts a value under the protection of a new serial queue.
    init(_ value: sending Value, label: String) {
        self.value = value
        queue = DispatchQueue(label: label)
    }

    /// Works on the value and waits for the result.
    func sync<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        try queue.sync { try body(&value) }
    }
}
