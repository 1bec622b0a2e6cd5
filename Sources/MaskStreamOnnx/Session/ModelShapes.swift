/// Makes a copy of an ONNX file that takes a batch of one, of any height and width.
///
/// Some exports declare the batch and the size that they were traced with although their graph does
/// not depend on them. Only declarations are changed, no node and no weight; a run shows whether the
/// graph agrees. Constants that are listed as inputs, as old exporters do, leave that list: the
/// runtime then fuses batch normalisation.
///
/// The numbers are those of <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
enum ModelShapes {
    /// A copy whose image input of `shape` is open in all dimensions but the channels'; nil for what
    /// is no ONNX file.
    static func opened(_ bytes: [UInt8], channelAxis: Int) -> [UInt8]? {
        Message(bytes[...])?.replacing(7) { graph in
            Message(graph)?.openingGraph(channelAxis).bytes
        }?.bytes
    }
}

extension Message {
    /// `GraphProto`: input 11, output 12, the shapes between 13, constants 5.
    fileprivate func openingGraph(_ channelAxis: Int) -> Message {
        let constants = Set(
            fields.filter { $0.number == 5 }.compactMap { Message($0.payload)?.text(8) })
        var graph = self
        graph.fields = fields.compactMap { field in
            switch field.number {
            case 13: return nil
            case 11:
                guard let info = Message(field.payload) else { return field }
                guard !constants.contains(info.text(1) ?? "") else { return nil }
                return field.with(info.openingInfo(channelAxis).bytes)
            case 12:
                guard let info = Message(field.payload) else { return field }
                return field.with(info.openingInfo(nil).bytes)
            default: return field
            }
        }
        return graph
    }

    /// `ValueInfoProto`: type 2, of which tensor 1, of which shape 2.
    private func openingInfo(_ channelAxis: Int?) -> Message {
        replacing(2) { type in
            Message(type)?.replacing(1) { tensor in
                Message(tensor)?.replacing(2) { shape in
                    Message(shape)?.openingShape(channelAxis).bytes
                }?.bytes
            }?.bytes
        } ?? self
    }

    /// `TensorShapeProto`: dimensions 1, each with a number 1 or a name 2.
    private func openingShape(_ channelAxis: Int?) -> Message {
        var shape = self
        for (axis, field) in fields.enumerated() where axis != channelAxis {
            // An input's batch is one; everything else is unknown.
            let isBatch = channelAxis != nil && axis == 0
            shape.fields[axis] = field.with(isBatch ? [8, 1] : [])
        }
        return shape
    }
}

/// A protobuf message as its fields, in their order.
private struct Message {
    /// A field: its number, its wire type and what follows the tag and the length.
    struct Field {
        let number: UInt64
        let wire: UInt64
        let payload: ArraySlice<UInt8>

        func with(_ payload: [UInt8]) -> Field {
            Field(number: number, wire: wire, payload: payload[...])
        }
    }

    var fields: [Field] = []

    /// Reads a message; nil where it is malformed.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let tag = Self.varint(&rest) else { return nil }
            let start = rest.startIndex
            var count: Int
            switch tag & 7 {
            case 0:
                guard Self.varint(&rest) != nil else { return nil }
                fields.append(
                    Field(number: tag >> 3, wire: 0, payload: bytes[start..<rest.startIndex]))
                continue
            case 1: count = 8
            case 5: count = 4
            case 2:
                guard let length = Self.varint(&rest) else { return nil }
                count = Int(clamping: length)
            default: return nil
            }
            guard count <= rest.count else { return nil }
            fields.append(Field(number: tag >> 3, wire: tag & 7, payload: rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
    }

    /// The text of a field.
    func text(_ number: UInt64) -> String? {
        fields.first { $0.number == number }.map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// The message with each field of a number changed; nil where one cannot be.
    func replacing(_ number: UInt64, _ change: (ArraySlice<UInt8>) -> [UInt8]?) -> Message? {
        var message = self
        for (index, field) in fields.enumerated() where field.number == number {
            guard field.wire == 2, let payload = change(field.payload) else { return nil }
            message.fields[index] = field.with(payload)
        }
        return message
    }

    /// The message as it is written.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            Self.write(field.number << 3 | field.wire, to: &bytes)
            if field.wire == 2 { Self.write(UInt64(field.payload.count), to: &bytes) }
            bytes += field.payload
        }
        return bytes
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private static func write(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
