import Foundation
import MaskStreamTestSupport

/// A profile whose estimator is a few nodes, so that a test knows what each pixel's confidence is.
struct TestProfile {
    /// Gray picture in, map out.
    var model = TinyOnnx.one(
        "Identity", input: [1, 1, "height", "width"], output: [1, 1, "height", "width"])
    /// The bytes of the model's file; nil writes `model`.
    var modelBytes: [UInt8]?
    /// The section `estimator.input`.
    var input = "{area: 4096, multiple: 1}"
    /// Divides luma in [0, 1].
    var deviation = 1.0
    /// Is taken from luma before.
    var mean = 0.0
    /// Lines of the section `estimator`.
    var estimator = ""
    /// The section `threshold`.
    var threshold = "{control: fixed, initial: 0.5}"
    /// Lines of the section `mask`.
    var mask = "  smoothing: 0"
    /// Lines of the top level.
    var top = ""

    /// Writes the profile's folder, with more files in it, and gives its path.
    func write(
        to folder: TemporaryFolder, as name: String, adding files: [String: [UInt8]] = [:]
    ) throws -> String {
        let home = folder.url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try Data(modelBytes ?? model.bytes).write(to: home.appendingPathComponent("model.onnx"))
        for (name, bytes) in files {
            try Data(bytes).write(to: home.appendingPathComponent(name))
        }
        let manifest = """
            schema: 1
            name: \(name)
            estimator:
              file: model.onnx
              input: \(input)
              colour: gray
              mean: [\(mean)]
              std: [\(deviation)]
            \(estimator)
            levels: {region: 0.2}
            threshold: \(threshold)
            mask:
              fill: zero
            \(mask)
            \(top)
            """
        try manifest.write(
            to: home.appendingPathComponent("profile.yaml"), atomically: true, encoding: .utf8)
        return home.path
    }

    /// A profile whose estimator fails on bright pictures.
    static var failing: TestProfile {
        var model = TinyOnnx()
        model.input("x", [1, 1, "height", "width"])
        model.constant("table", [1], [0.25])
        model.node("Cast", ["x"], ["index"], [("to", .int(7))])
        model.node("Gather", ["table", "index"], ["y"])
        model.output("y", [1, 1, "height", "width"])
        return TestProfile(model: model, deviation: 0.25)
    }

    /// A profile whose estimator gives no number where luma is below a half.
    static var undefined: TestProfile {
        var model = TinyOnnx()
        model.input("x", [1, 1, "height", "width"])
        model.constant("half", [1], [0.5])
        model.node("Sub", ["x", "half"], ["difference"])
        model.node("Sqrt", ["difference"], ["y"])
        model.output("y", [1, 1, "height", "width"])
        return TestProfile(model: model)
    }
}
