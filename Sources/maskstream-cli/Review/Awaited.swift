import Foundation
import MaskStream

/// A value that is made on a thread of its own; whoever needs it waits until it is there.
final class Awaited<Value: Sendable>: Sendable {
    private let result = Confined<Result<Value, any Error>?>(nil, label: "maskstream.awaited")
    private let made = DispatchGroup()

    /// Begins to make the value.
    init(_ make: @escaping @Sendable () throws -> Value) {
        made.enter()
        Thread.detachNewThread { [self] in
            let result = Result { try make() }
            self.result.sync { $0 = result }
            made.leave()
        }
    }

    /// The value.
    ///
    /// - Throws: what making it has thrown.
    var value: Value {
        get throws {
            made.wait()
            guard let result = result.sync({ $0 }) else {
                preconditionFailure("the value was made")
            }
            return try result.get()
        }
    }
}
