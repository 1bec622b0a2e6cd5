public import Dispatch

/// A value that is touched on one serial queue only; touching it elsewhere traps.
///
/// Rule: state shared between parts of the pipeline lives in a `Confined`. Why: a queue orders
/// accesses and the compiler cannot see it. Otherwise: `dispatchPrecondition` stops the program.
public final class Confined<Value>: @unchecked Sendable {
    // Unchecked: `value` is reached through `sync` and `onQueue` alone, both on `queue`.
    private var value: Value
    /// The serial queue that owns the value.
    public let queue: DispatchQueue

    /// Puts a value under the protection of a new serial queue.
    public init(_ value: sending Value, label: String) {
        self.value = value
        queue = DispatchQueue(label: label)
    }

    /// Works on the value from another queue and waits for the result.
    ///
    /// Not reentrant: called on ``queue`` itself it could only wait for ever, so it traps.
    public func sync<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        dispatchPrecondition(condition: .notOnQueue(queue))
        return try queue.sync { try body(&value) }
    }

    /// Works on the value from code that already runs on ``queue``.
    public func onQueue<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        dispatchPrecondition(condition: .onQueue(queue))
        return try body(&value)
    }
}
