import MaskStream

/// A model with memory for an input of one size, which makes upright maps.
protocol BoundModel {
    /// Cells in a row of the map.
    var width: Int { get }
    /// Rows of the map.
    var height: Int { get }

    /// Lends the input's memory; it keeps its content between runs.
    func withInput(_ body: (UnsafeMutableBufferPointer<Float>) -> Void)

    /// Runs the model and gives the confidence of each cell, row by row.
    ///
    /// - Throws: `MaskStreamError` `software` when the model fails.
    func run() throws -> [Float]
}

/// A model whose output is a map.
struct BoundMap: BoundModel {
    private let binding: OnnxBinding
    private let reader: MapReader
    private let unclip: Unclip?

    var width: Int { reader.width }
    var height: Int { reader.height }

    init(_ spec: EstimatorSpec, _ session: OnnxSession, _ geometry: InputGeometry) throws {
        binding = try OnnxBinding(
            session,
            inputShape: geometry.shape(spec.pixels),
            outputName: spec.output ?? session.outputs.first?.name)
        reader = try MapReader(
            spec: spec, shape: binding.output.shape, geometry: geometry, model: session.path)
        unclip = spec.unclip
    }

    func withInput(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) { binding.withInput(body) }

    func run() throws -> [Float] {
        try binding.run()
        var map = ConfidenceMap(
            width: width, height: height, values: binding.withOutput { reader.read($0) })
        unclip?.grow(&map)
        return map.values
    }
}

/// A model whose outputs are boxes.
struct BoundDetector: BoundModel {
    private let outputs: OnnxOutputs
    private let reader: DetectionReader
    private let map: DetectionMap

    var width: Int { map.width }
    var height: Int { map.height }

    /// - Throws: `MaskStreamError` `configuration` for outputs that the manifest does not describe.
    init(
        _ spec: EstimatorSpec, _ detector: DetectorSpec, _ session: OnnxSession,
        _ geometry: InputGeometry
    ) throws {
        outputs = try OnnxOutputs(
            session,
            inputShape: geometry.shape(spec.pixels),
            names: detector.outputs(first: spec.output))
        reader = DetectionReader(spec, detector, width: geometry.width, height: geometry.height)
        map = DetectionMap(detector, content: geometry.content)
        _ = try reader.read(try outputs.probe())
    }

    func withInput(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) { outputs.withInput(body) }

    func run() throws -> [Float] {
        guard let boxes = try reader.read(try outputs.run()) else { return map.miss }
        return map.draw(boxes)
    }
}
