import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream
@testable import MaskStreamOnnx

struct PrecisionTests {
    @Test(
        "8 bits are for processors that multiply them four at a time",
        arguments: [
            ("flags\t\t: fpu avx512f avx512_vnni sse\n", Precision.int8),
            ("processor : 0\nflags : avx512_vnni\n\nprocessor : 1\nflags : avx512_vnni", .int8),
            ("flags : fpu avx2 avx512_vnni_of_another_name", .float),
            ("model name : avx512_vnni\nflags : fpu avx2", .float),
            ("Features : fp asimd asimddp", .float), ("", .float),
        ])
    func ofProcessor(cpuinfo: String, precision: Precision) {
        #expect(Precision(cpuinfo: cpuinfo) == precision)
    }

    @Test("The file in 8 bits runs where there is one and the processor is fast with it")
    func files() throws {
        let folder = try TestFolder()
        let float = try TinyOnnx.addition.write(to: folder.url)
        let other = try TinyOnnx.one("Identity", input: [1, 1], output: [1, 1])
            .write(to: folder.url, as: "int8.onnx")
        let hash = try OnnxSession(path: other).sha256
        var model = ModelReference(path: float)
        #expect(!model.runsInt8(on: .cpu, .int8))
        #expect(try OnnxSession(model, precision: .int8).parameters == 2)
        model.int8 = ModelReference.File(path: other, sha256: hash)
        #expect(model.runsInt8(on: .cpu, .int8) && !model.runsInt8(on: .cpu, .float))
        #expect(try OnnxSession(model, precision: .float).parameters == 2)
        #expect(try OnnxSession(model, precision: .int8).sha256 == hash)
        model.int8?.sha256 = String(repeating: "0", count: 64)
        expectError(.configuration, "SHA-256", hash, other) {
            _ = try OnnxSession(model, precision: .int8)
        }
    }
}
