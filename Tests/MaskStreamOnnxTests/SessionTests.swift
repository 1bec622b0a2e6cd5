import Foundation
import MaskStream
import MaskStreamOnnx
import MaskStreamTestSupport
import Testing

struct SessionTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test func listsTensorsAndProperties() throws {
        let path = try TinyOnnx.addition.write(to: folder.url)
        let session = try OnnxSession(path: path)
        #expect(session.inputs.map(\.description) == ["x float32[1, 2, ?, ?]"])
        #expect(session.outputs.map(\.shape) == [[1, 2, -1, -1]])
        #expect(session.outputs.map(\.elementType) == [.float32])
        #expect(session.parameters == 2)
        #expect(session.multiplyAdds == 303_000_000)
        #expect(session.metadata("nothing") == nil)
        #expect(session.sha256.count == 64)
        #expect(session.device.announcement(threads: session.threads) == "cpu, 1 thread")
    }

    @Test func countsParametersWhereNoneAreTold() throws {
        // Shapes and single numbers do not count, a node's own constants do, untruths end somewhere.
        var model = RedNetwork(head: .pair, isBare: true).model
        #expect(try OnnxSession(path: model.write(to: folder.url)).parameters == 8)
        model.property("parameters", "42")
        #expect(try OnnxSession(path: model.write(to: folder.url)).parameters == 42)
    }

    @Test func takesTheExpectedHashInEitherCase() throws {
        let path = try TinyOnnx.addition.write(to: folder.url)
        let hash = try OnnxSession(path: path).sha256
        _ = try OnnxSession(path: path, expectedSHA256: hash.uppercased(), threads: 2)
        let wrong = String(repeating: "0", count: 64)
        expectError(.configuration, "SHA-256", hash, wrong, path) {
            _ = try OnnxSession(path: path, expectedSHA256: wrong)
        }
    }

    @Test func refusesWhatIsNoFile() throws {
        let missing = folder.url.appendingPathComponent("missing.onnx").path
        expectError(.configuration, "No such file", missing) {
            _ = try OnnxSession(path: missing)
        }
        expectError(.configuration, "Not a file") { _ = try OnnxSession(path: folder.url.path) }
        expectError(.configuration, "Not a file") { _ = try OnnxSession(path: "/dev/zero") }
    }

    @Test func refusesEveryTruncation() throws {
        let whole = TinyOnnx.addition.bytes
        for count in 0..<whole.count {
            let path = try folder.write(Array(whole.prefix(count)))
            do {
                // Cut between two fields it is a complete file that lacks properties.
                let session = try OnnxSession(path: path)
                #expect(session.inputs.count == 1 && session.multiplyAdds == nil)
            } catch let error as MaskStreamError {
                #expect(error.code == .configuration)
                #expect(error.message.contains(path))
            }
        }
    }

    @Test func refusesGarbage() throws {
        var random = SystemRandomNumberGenerator()
        for length in [0, 1, 100, 10_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let path = try folder.write(bytes)
            expectError(.configuration, path) { _ = try OnnxSession(path: path) }
        }
        let text = try folder.write(Array("version https://git-lfs.github.com/spec/v1\n".utf8))
        expectError(.configuration, text) { _ = try OnnxSession(path: text) }
        let model = TinyOnnx.one("NoSuchOperator", input: [1], output: [1])
        let error = expectError(.configuration, "NoSuchOperator") {
            _ = try OnnxSession(path: model.write(to: folder.url))
        }
        #expect(error?.hint?.contains("operator") == true)
    }

    @Test(arguments: ["weights.bin", "../../etc/passwd", "/etc/passwd"])
    func refusesTensorsInOtherFiles(location: String) throws {
        _ = try folder.write([UInt8](repeating: 0, count: 64), as: "weights.bin")
        var model = TinyOnnx()
        model.input("x", [1])
        model.external("w", [1], location: location)
        var nested = model
        model.node("Add", ["x", "w"], ["y"])
        model.output("y", [1])
        expectError(.configuration, "in other files") {
            _ = try OnnxSession(path: model.write(to: folder.url))
        }
        // The same inside a node's own graph.
        nested.output("w", [1])
        var outer = TinyOnnx()
        outer.input("x", [1])
        outer.node("If", ["x"], ["y"], [("then_branch", .graph(nested.graph))])
        outer.output("y", [1])
        expectError(.configuration, "in other files") {
            _ = try OnnxSession(path: outer.write(to: folder.url))
        }
    }

    @Test func refusesHugeTensors() throws {
        var claimed = TinyOnnx()
        claimed.input("x", [1])
        claimed.constant("w", [1 << 40], [1])
        claimed.node("Add", ["x", "w"], ["y"])
        claimed.output("y", ["n"])
        // The runtime's memory ends before the machine's: 4 GiB are as impossible as 4 PiB.
        let made = [1 << 10, 1 << 30].map { depth in
            var made = TinyOnnx()
            made.input("x", [1])
            made.constant("size", [1 << 10, 1 << 10, depth])
            made.node("ConstantOfShape", ["size"], ["w"])
            made.node("Add", ["x", "w"], ["y"])
            made.output("y", ["a", "b", "c"])
            return made
        }
        for model in [claimed] + made {
            expectError(.configuration, folder.url.path) {
                let session = try OnnxSession(path: model.write(to: folder.url))
                _ = try OnnxBinding(session, inputShape: [1])
            }
        }
    }
}
