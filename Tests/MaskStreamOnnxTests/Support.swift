import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

/// A folder that goes away with the test.
final class TestFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("maskstream-onnx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            Issue.record(error)
        }
    }

    func write(_ bytes: [UInt8], as name: String = "tiny.onnx") throws -> String {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }
}

/// Runs `body`, which must fail with a code and say all of `words` in its message.
@discardableResult
func expectError(
    _ code: MaskStreamError.Code, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> MaskStreamError? {
    let error = #expect(
        throws: MaskStreamError.self, sourceLocation: sourceLocation, performing: body)
    guard let error else { return nil }
    #expect(error.code == code, "\(error.message)", sourceLocation: sourceLocation)
    for word in words {
        #expect(error.message.contains(word), sourceLocation: sourceLocation)
    }
    if code != .software { #expect(error.hint != nil, sourceLocation: sourceLocation) }
    return error
}

extension TinyOnnx {
    /// `y = x + [1, 2]`, with open height and width.
    static var addition: TinyOnnx {
        var model = TinyOnnx()
        model.input("x", [1, 2, "height", "width"])
        model.constant("c", [1, 2, 1, 1], [1, 2])
        model.node("Add", ["x", "c"], ["y"])
        model.output("y", [1, 2, "height", "width"])
        model.property("parameters", "2")
        model.property("multiply_adds", "303000000")
        return model
    }

    /// `y = table[int(x)]` over three entries: indices from 3 on fail while running.
    static var lookup: TinyOnnx {
        var model = TinyOnnx()
        model.input("x", ["n"])
        model.constant("table", [3], [10, 20, 30])
        model.node("Cast", ["x"], ["index"], [("to", .int(7))])
        model.node("Gather", ["table", "index"], ["y"])
        model.output("y", ["n"])
        return model
    }
}
