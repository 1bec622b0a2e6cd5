/// A box that carries one noncopyable value from a queue to the next and is emptied there.
public final class Handoff<Value: ~Copyable & Sendable>: @unchecked Sendable {
    // Unchecked: one queue fills the box before `async`, one empties it after; never both at once.
    private var value: Value?

    /// Boxes a value.
    public init(_ value: consuming Value) { self.value = consume value }

    /// Takes the value out; a second call traps.
    public func take() -> Value {
        guard let taken = value.take() else { preconditionFailure("a handoff is taken once") }
        return taken
    }
}
