internal import COnnxRuntime

/// An input or output of a model, as the model declares it.
public struct OnnxTensor: Hashable, Sendable, CustomStringConvertible {
    /// The type of a tensor's elements, numbered as ONNX does (`TensorProto.DataType`).
    public struct ElementType: Hashable, Sendable, CustomStringConvertible {
        /// ONNX's number; 0 for what is no tensor.
        public let rawValue: Int32

        /// 32-bit floating point, the only type that buffers are bound for.
        public static let float32 = ElementType(rawValue: 1)
        /// 32-bit integers.
        public static let int32 = ElementType(rawValue: 6)
        /// 64-bit integers.
        public static let int64 = ElementType(rawValue: 7)

        private static let names = [
            "no tensor", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string",
            "bool", "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16",
        ]

        /// The type's usual name, as `float32`.
        public var description: String {
            let index = Int(rawValue)
            return Self.names.indices.contains(index) ? Self.names[index] : "type \(rawValue)"
        }
    }

    /// The name by which it is bound.
    public let name: String
    /// The type of its elements.
    public let elementType: ElementType
    /// Its dimensions, the outermost first; -1 is one that a run decides, none means undeclared.
    public let shape: [Int]

    /// Whether a concrete shape, or a pattern with -1 for any, agrees with the declared one.
    public func accepts(_ other: [Int]) -> Bool { shape.isEmpty || Self.agree(shape, other) }

    /// Whether two shapes are equal where neither leaves the dimension open.
    static func agree(_ one: [Int], _ other: [Int]) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy { $0 == $1 || $0 < 0 || $1 < 0 }
    }

    /// Name, type and shape, as `image float32[1, 3, ?, ?]`.
    public var description: String { "\(name) \(elementType)\(Self.text(shape))" }

    /// A shape as messages show it, with `?` for what a run decides.
    static func text(_ shape: [Int]) -> String {
        "[" + shape.map { $0 < 0 ? "?" : String($0) }.joined(separator: ", ") + "]"
    }
}

extension OnnxTensor {
    /// Reads one of a session's inputs or outputs.
    ///
    /// Calls `OrtApi.CastTypeInfoToTensorInfo`.
    init(name: String, info: OpaquePointer, runtime: OnnxRuntime) throws {
        let api = runtime.api.pointee
        var kind: OrtValueKind = 0
        try runtime.check(api.GetOnnxTypeFromTypeInfo(info, &kind), "inspect")
        guard kind == MS_ORT_KIND_TENSOR else {
            self.init(name: name, elementType: ElementType(rawValue: 0), shape: [])
            return
        }
        // Belongs to `info`; nothing to release.
        let tensor = try runtime.make("inspect") { api.CastTypeInfoToTensorInfo(info, &$0) }
        try self.init(name: name, tensor: tensor, runtime: runtime)
    }

    /// Reads the type and shape of a run's output.
    ///
    /// Calls `OrtApi.GetTensorTypeAndShape`.
    init(name: String, value: OpaquePointer, runtime: OnnxRuntime) throws {
        let api = runtime.api.pointee
        let info = try runtime.make("bind") { api.GetTensorTypeAndShape(value, &$0) }
        defer { api.ReleaseTensorTypeAndShapeInfo(info) }
        try self.init(name: name, tensor: info, runtime: runtime)
    }

    /// Reads a tensor's type and shape.
    ///
    /// Calls `OrtApi.GetDimensions`.
    init(name: String, tensor: OpaquePointer, runtime: OnnxRuntime) throws {
        let api = runtime.api.pointee
        var type: OrtElementType = 0
        try runtime.check(api.GetTensorElementType(tensor, &type), "inspect")
        var rank = 0
        try runtime.check(api.GetDimensionsCount(tensor, &rank), "inspect")
        var shape = [Int64](repeating: 0, count: rank)
        try runtime.check(api.GetDimensions(tensor, &shape, rank), "inspect")
        self.init(
            name: name, elementType: ElementType(rawValue: type),
            shape: shape.map { Int(max($0, -1)) })
    }
}
