import MaskStream

/// Looks through an ONNX file for tensors: refuses those that are kept in other files, and counts
/// the parameters in the others.
///
/// A profile's model is one file whose hash is known. Tensors outside it would not be covered by
/// that hash, and their paths could lead anywhere on the machine. The walk follows the messages of
/// <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto> that lead to tensors, no others.
struct ModelScan {
    /// A message that holds tensors somewhere inside.
    private enum Message {
        case model, training, graph, function, node, attribute, sparse, tensor

        /// The message that a field of this one holds, by the field's number.
        func child(_ field: UInt64) -> Message? {
            switch (self, field) {
            case (.model, 7), (.training, 1), (.training, 2): .graph
            case (.model, 20): .training
            case (.model, 25): .function
            case (.graph, 1), (.function, 7): .node
            case (.graph, 5): .tensor
            case (.graph, 15): .sparse
            case (.node, 5), (.function, 11): .attribute
            case (.attribute, 5), (.attribute, 10): .tensor
            case (.attribute, 6), (.attribute, 11): .graph
            case (.attribute, 22), (.attribute, 23): .sparse
            case (.sparse, 1), (.sparse, 2): .tensor
            default: nil
            }
        }
    }

    /// What is said of a model whose weights lie beside it.
    static let split = "it keeps tensors in other files"

    private enum Fault: Error { case malformed, external }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var parameters = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Passes a self-contained, well-formed file and counts the numbers in its constant tensors.
    ///
    /// Shapes and the like, which are 64-bit integers, and single numbers do not count.
    ///
    /// - Throws: `MaskStreamError` `configuration` naming the file.
    static func parameters(_ bytes: [UInt8], path: String) throws -> Int {
        do {
            return try bytes.withUnsafeBufferPointer { bytes in
                guard !bytes.isEmpty else { throw Fault.malformed }
                var scan = ModelScan(bytes)
                try scan.walk(.model, 0..<bytes.count, depth: 0)
                return scan.parameters
            }
        } catch Fault.external {
            throw ModelFile.unloadable(path, split)
        } catch Fault.malformed {
            throw ModelFile.unloadable(path, "it is not a complete ONNX file")
        }
    }

    private mutating func walk(_ message: Message, _ range: Range<Int>, depth: Int) throws {
        guard depth < 100 else { throw Fault.malformed }
        var position = range.lowerBound
        var tensor = TensorHead()
        while position < range.upperBound {
            let tag = try varint(&position, range.upperBound)
            // The runtime's parser takes 32 bits of a tag; what differs there is not let through.
            guard tag <= UInt32.max, tag >> 3 > 0 else { throw Fault.malformed }
            let field = tag >> 3
            switch tag & 7 {
            case 0:
                let value = try varint(&position, range.upperBound)
                // `data_location`: 0 is inside, 1 outside.
                if message == .tensor, field == 14, value != 0 { throw Fault.external }
                tensor.read(field, value)
            case 1: try skip(8, &position, range.upperBound)
            case 5: try skip(4, &position, range.upperBound)
            case 2:
                let count = Int(clamping: try varint(&position, range.upperBound))
                let start = position
                try skip(count, &position, range.upperBound)
                // `external_data`
                if message == .tensor, field == 13 { throw Fault.external }
                if message == .tensor, field == 1 {
                    // `dims`, packed.
                    var place = start
                    while place < position { tensor.read(1, try varint(&place, position)) }
                }
                if let child = message.child(field) {
                    try walk(child, start..<position, depth: depth + 1)
                }
            default: throw Fault.malformed
            }
        }
        if message == .tensor { parameters = Int(clamping: UInt64(parameters) + tensor.count) }
    }

    /// What a tensor says of itself before its data.
    private struct TensorHead {
        private var dimensions: [UInt64] = []
        private var type: UInt64 = 0

        /// Takes `dims` (1) and `data_type` (2).
        mutating func read(_ field: UInt64, _ value: UInt64) {
            if field == 1 { dimensions.append(value) }
            if field == 2 { type = value }
        }

        /// How many parameters it holds; a count beyond 2^53 is a lie and counts as 2^53.
        var count: UInt64 {
            // float32, uint8, int8, int32 (biases of quantised models), float16, float64, bfloat16
            guard !dimensions.isEmpty, [1, 2, 3, 6, 10, 11, 16].contains(type) else { return 0 }
            return dimensions.reduce(1) { product, dimension in
                let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
                return overflow ? 1 << 53 : min(next, 1 << 53)
            }
        }
    }

    private func skip(_ count: Int, _ position: inout Int, _ end: Int) throws {
        guard count <= end - position else { throw Fault.malformed }
        position += count
    }

    private func varint(_ position: inout Int, _ end: Int) throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw Fault.malformed }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw Fault.malformed
    }
}
