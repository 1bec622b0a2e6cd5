public import Foundation

/// Writes small ONNX models for tests, field by field.
///
/// The numbers are those of <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
public struct TinyOnnx {
    /// A dimension of an input or output.
    public enum Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        /// Always the same.
        case fixed(Int)
        /// Decided by a run.
        case dynamic(String)

        /// A dimension that is always the same.
        public init(integerLiteral value: Int) { self = .fixed(value) }
        /// A dimension that a run decides, by its name.
        public init(stringLiteral value: String) { self = .dynamic(value) }
    }

    /// An attribute of a node.
    public enum Attribute {
        /// A number.
        case int(Int)
        /// A list of numbers.
        case ints([Int])
        /// A text.
        case string(String)
        /// A graph's own bytes, as ``TinyOnnx/graph`` gives them.
        case graph([UInt8])
    }

    /// ONNX's numbers of element types.
    public enum Element: Int {
        /// 32-bit floating point.
        case float32 = 1
        /// Bytes.
        case uint8 = 2
        /// 64-bit integers.
        case int64 = 7
        /// 16-bit floating point.
        case float16 = 10
    }

    private var nodes: [UInt8] = []
    private var initializers: [UInt8] = []
    private var inputs: [UInt8] = []
    private var outputs: [UInt8] = []
    private var properties: [UInt8] = []

    /// An empty graph.
    public init() {}

    /// A model of one node with the tensors `x` in and `y` out.
    public static func one(
        _ op: String, input: [Dimension], output: [Dimension], element: Element = .float32,
        outputElement: Element = .float32, attributes: [(String, Attribute)] = []
    ) -> TinyOnnx {
        var model = TinyOnnx()
        model.input("x", input, element)
        model.node(op, ["x"], ["y"], attributes)
        model.output("y", output, outputElement)
        return model
    }

    /// A map of one channel, `y = x * factor + offset` of the channels' mean, in 0 to 1 for pixels
    /// in 0 to 1.
    public static func linear(
        _ factor: Float, plus offset: Float = 0, batch: Dimension = 1
    ) -> TinyOnnx {
        var model = TinyOnnx()
        model.input("x", [batch, 3, "height", "width"])
        model.constant("factor", [1], [factor])
        model.constant("offset", [1], [offset])
        model.node("ReduceMean", ["x"], ["mean"], [("axes", .ints([1]))])
        model.node("Mul", ["mean", "factor"], ["product"])
        model.node("Add", ["product", "offset"], ["y"])
        model.output("y", [batch, 1, "height", "width"])
        return model
    }

    /// Adds an input.
    public mutating func input(_ name: String, _ shape: [Dimension], _ type: Element = .float32) {
        inputs += Self.field(11, Self.valueInfo(name, shape, type))
    }

    /// Adds an output.
    public mutating func output(_ name: String, _ shape: [Dimension], _ type: Element = .float32) {
        outputs += Self.field(12, Self.valueInfo(name, shape, type))
    }

    /// Adds a node.
    public mutating func node(
        _ op: String, _ from: [String], _ to: [String], _ attributes: [(String, Attribute)] = []
    ) {
        var node: [UInt8] = []
        for name in from { node += Self.field(1, name) }
        for name in to { node += Self.field(2, name) }
        node += Self.field(3, to.joined()) + Self.field(4, op)
        for (name, value) in attributes { node += Self.field(5, Self.attribute(name, value)) }
        nodes += Self.field(1, node)
    }

    /// Adds a constant tensor of float32.
    public mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
        let raw = values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }
        let tensor = Self.tensor(name, shape, .float32) + Self.field(9, raw)
        initializers += Self.field(5, tensor)
    }

    /// Adds a constant tensor of int64.
    public mutating func constant(_ name: String, _ values: [Int]) {
        let tensor =
            Self.tensor(name, [values.count], .int64) + values.flatMap { Self.field(7, $0) }
        initializers += Self.field(5, tensor)
    }

    /// Adds a constant tensor of float32 that lies in another file.
    public mutating func external(_ name: String, _ shape: [Int], location: String) {
        initializers += Self.field(5, Self.externalTensor(name, shape, location: location))
    }

    /// Adds a property, as `parameters`.
    public mutating func property(_ key: String, _ value: String) {
        properties += Self.field(14, Self.field(1, key) + Self.field(2, value))
    }

    /// The bytes of the graph alone, for a node that holds one.
    public var graph: [UInt8] {
        nodes + Self.field(2, "tiny") + initializers + inputs + outputs
    }

    /// The bytes of the model: IR version 8, opset 13.
    public var bytes: [UInt8] {
        let opset = Self.field(1, "") + Self.field(2, 13)
        return Self.field(1, 8) + Self.field(7, graph) + Self.field(8, opset) + properties
    }

    /// Writes the model into a folder and returns its path.
    public func write(to folder: URL, as name: String = "tiny.onnx") throws -> String {
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }
}

extension TinyOnnx {
    private static func varint(_ value: Int) -> [UInt8] {
        var rest = UInt64(bitPattern: Int64(value))
        var bytes: [UInt8] = []
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private static func field(_ number: Int, _ value: Int) -> [UInt8] {
        varint(number << 3) + varint(value)
    }

    private static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(bytes.count) + bytes
    }

    private static func field(_ number: Int, _ text: String) -> [UInt8] {
        field(number, Array(text.utf8))
    }

    private static func tensor(_ name: String, _ shape: [Int], _ type: Element) -> [UInt8] {
        shape.flatMap { field(1, $0) } + field(2, type.rawValue) + field(8, name)
    }

    private static func externalTensor(
        _ name: String, _ shape: [Int], location: String
    ) -> [UInt8] {
        let entry = field(1, "location") + field(2, location)
        return tensor(name, shape, .float32) + field(13, entry) + field(14, 1)
    }

    private static func valueInfo(
        _ name: String, _ shape: [Dimension], _ type: Element
    ) -> [UInt8] {
        let dimensions = shape.flatMap { dimension in
            switch dimension {
            case .fixed(let size): field(1, field(1, size))
            case .dynamic(let name): field(1, field(2, name))
            }
        }
        let tensor = field(1, type.rawValue) + field(2, dimensions)
        return field(1, name) + field(2, field(1, tensor))
    }

    private static func attribute(_ name: String, _ value: Attribute) -> [UInt8] {
        let content =
            switch value {
            case .int(let value): field(3, value) + field(20, 2)
            case .ints(let values): values.flatMap { field(8, $0) } + field(20, 7)
            case .string(let value): field(4, value) + field(20, 3)
            case .graph(let value): field(6, value) + field(20, 5)
            }
        return field(1, name) + content
    }
}
