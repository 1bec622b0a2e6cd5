import MaskStream

/// Compares what a device answers with what the processor answers to the same input.
extension OnnxSession {
    /// The largest difference that is taken for rounding, as a share of the largest value, at least
    /// of 1.
    static let tolerance: Float = 1e-4

    /// Checks all outputs of a run.
    ///
    /// - Throws: `MaskStreamError` `unavailable` where they differ.
    func check(_ found: [OnnxValue], against expected: [OnnxValue]) throws {
        for (found, expected) in zip(found, expected) {
            try check(shape: found.shape, against: expected.shape)
            try found.elements.withUnsafeBufferPointer { found in
                try expected.elements.withUnsafeBufferPointer { try check(found, against: $0) }
            }
        }
    }

    /// Checks the shape of an output.
    ///
    /// - Throws: `MaskStreamError` `unavailable` where it is another.
    func check(shape found: [Int], against expected: [Int]) throws {
        guard found != expected else { return }
        throw device.differs(
            path, "in shape: \(OnnxTensor.text(found)), not \(OnnxTensor.text(expected))")
    }

    /// Checks the values of an output.
    ///
    /// - Throws: `MaskStreamError` `unavailable` where they differ.
    func check(
        _ found: UnsafeBufferPointer<Float>, against expected: UnsafeBufferPointer<Float>
    ) throws {
        let largest = expected.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
        let difference = largestDifference(found, expected)
        guard difference <= Self.tolerance * largest else {
            throw device.differs(path, "by \(difference), more than \(Self.tolerance * largest)")
        }
    }
}

/// The largest difference of two lists; infinite where only one of two values is a number.
func largestDifference(
    _ found: UnsafeBufferPointer<Float>, _ expected: UnsafeBufferPointer<Float>
) -> Float {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { most, pair in
        if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return most }
        let difference = abs(pair.0 - pair.1)
        return difference.isNaN ? .infinity : max(most, difference)
    }
}

extension InferenceDevice {
    /// The error of a device that answers otherwise than the processor.
    fileprivate func differs(_ model: String, _ how: String) -> MaskStreamError {
        MaskStreamError(
            .unavailable, "device \(name) differs from the processor \(how) (\(model))",
            hint: "use --device cpu, or update the driver")
    }
}
