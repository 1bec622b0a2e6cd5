public import MaskStream

/// How a model seems to want to be read as an object detector.
///
/// Detectors are recognised by their outputs' names and by the shapes that a run on a blank input
/// gives. What no file says, the normalisation and in part the activation, is what detectors of the
/// kind usually take.
public struct DetectorGuess: Sendable, Equatable {
    /// What kind of detector it looks like, as `YOLOv8`.
    public let kind: String
    /// The order of the input's dimensions.
    public let layout: PixelSpec.Layout
    /// The input's channels.
    public let color: PixelSpec.Color
    /// The input's own width and height; nil where it leaves them open.
    public let size: [Int]?
    /// How its outputs become boxes.
    public let detector: DetectorSpec
    /// The output with the table of boxes; nil for grids.
    public let output: String?
    /// What makes its scores probabilities.
    public let activation: EstimatorSpec.Activation
    /// The classes that most likely count.
    public let channels: [Int]
    /// How many classes it distinguishes.
    public let classCount: Int
    /// The classes' names, where the file holds one for each; else empty.
    public let labels: [String]
    /// What pixels are usually normalised by.
    public let normalization: EstimatorGuess.Normalization

    /// Recognises a detector; nil for what is none.
    ///
    /// - Throws: `MaskStreamError` with code `configuration` for detectors whose outputs hold more than
    ///   boxes.
    public init?(_ session: OnnxSession) throws {
        guard session.inputs.count == 1, let input = session.inputs.first,
            input.elementType == .float32, let layout = PixelSpec.Layout(input.shape),
            // Maps alone have four dimensions; but CenterFace's are three at least.
            session.outputs.count > 2 || session.outputs.contains(where: { $0.shape.count < 4 })
        else { return nil }
        let height = input.shape[layout.rowAxis]
        let width = input.shape[layout.rowAxis + 1]
        size = width > 0 && height > 0 ? [width, height] : nil
        try Self.refuseTasks(session)
        let side = size ?? [640, 640]
        let channels = input.shape[layout.channelAxis]
        let shape = layout.shape(channels, side[0], side[1])
        let names = session.outputs.map(\.name)
        // What does not run like this is no detector that is known here.
        guard
            let values = try? OnnxOutputs(session, inputShape: shape, names: names).probe()
        else { return nil }
        let outputs = zip(names, values).map { DetectorOutput(name: $0, value: $1) }
        guard let form = Form(outputs, width: side[0], height: side[1]) else { return nil }
        self.layout = layout
        color = channels == 1 ? .gray : form.color
        kind = form.kind
        detector = form.detector
        output = form.output
        activation = form.activation
        classCount = form.classCount
        self.channels = form.channels
        normalization = form.normalization
        let classes = Self.names(session.metadata("names"))
        let isForThese =
            form.hasIndices
            ? form.channels.allSatisfy(classes.indices.contains)
            : classes.count == form.classCount
        labels = isForThese && Set(classes).count == classes.count ? classes : []
    }

    /// Ultralytics' exports say what they are for.
    private static func refuseTasks(_ session: OnnxSession) throws {
        let isSegmentation = session.outputs.contains { $0.shape.count == 4 && $0.shape[1] == 32 }
        let task = session.metadata("task") ?? (isSegmentation ? "segment" : "detect")
        guard session.outputs.contains(where: { $0.shape.count == 3 }), task != "detect" else {
            return
        }
        throw MaskStreamError(
            .configuration,
            "the detector's outputs hold more than boxes: it was exported for the task \(task) "
                + "(\(session.path))",
            hint: "export the model of the same family for detection")
    }

    /// The names in Ultralytics' property, a Python dictionary such as `{0: 'person', 1: 'car'}`.
    static func names(_ property: String?) -> [String] {
        guard let property else { return [] }
        return property.split(separator: "'").enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }
}

/// An output of the run on a blank input.
struct DetectorOutput {
    let name: String
    let value: OnnxValue

    /// The shape without a batch of one.
    var shape: [Int] { value.shape.first == 1 ? Array(value.shape.dropFirst()) : value.shape }
}
