import Testing

@testable import MaskStream

struct NumberByUseTests {
    private static func read(_ input: String) throws -> EstimatorSpec {
        let folder = try ProfileFolder(
            """
            schema: 1
            name: small
            estimator: {file: estimator.onnx, input: {\(input)}}
            levels: {region: 0.5}
            threshold: {initial: 0.5}
            mask: {}
            """)
        return try Profile(folder: folder.path).estimator
    }

    @Test(
        "One number, or one for each use",
        arguments: [
            ("", [1, 1, 1]), ("detail: 4", [4, 4, 4]),
            ("detail: {invert: 4, images: 8}", [1, 4, 8]),
            ("detail: {video: 2, invert: 16}", [2, 16, 1]), ("detail: {}", [1, 1, 1]),
        ])
    func manifest(text: String, numbers: [Int]) throws {
        let detail = try Self.read(text).detail
        #expect([detail.video, detail.invert, detail.images] == numbers)
    }

    @Test("Turns are read alike")
    func turns() throws {
        let spec = try Self.read("turns: {invert: 2, images: 4}, detail: 2")
        #expect([spec.turns.video, spec.turns.invert, spec.turns.images] == [1, 2, 4])
        #expect(spec.detail.images == 2)
        let error = #expect(throws: MaskStreamError.self) { try Self.read("turns: 3") }
        #expect(error?.message.contains("estimator.input.turns") == true)
        #expect(error?.hint?.contains("1, 2, 4") == true)
    }

    @Test(
        "Other values are errors that name the key",
        arguments: [
            ("3", "estimator.input.detail"), ("0", "estimator.input.detail"),
            ("1.5", "estimator.input.detail"), ("[1, 4]", "estimator.input.detail"),
            ("{pictures: 4}", "estimator.input.detail.pictures"),
            ("{images: 32}", "estimator.input.detail.images"),
        ])
    func wrong(value: String, key: String) throws {
        let error = #expect(throws: MaskStreamError.self) { try Self.read("detail: \(value)") }
        #expect(error?.code == .configuration && error?.message.contains(key) == true)
        #expect(error?.hint?.isEmpty == false)
    }

    /// Live, image, inverted, and the number.
    static let uses: [(Bool, Bool, Bool, Int)] = [
        (false, false, false, 2), (false, false, true, 4), (false, true, false, 8),
        (false, true, true, 8), (true, false, false, 2), (true, false, true, 2),
    ]

    @Test("The use decides", arguments: uses)
    func number(isLive: Bool, isImage: Bool, inverts: Bool, number: Int) {
        var detail = NumberByUse()
        (detail.video, detail.invert, detail.images) = (2, 4, 8)
        #expect(detail.number(isLive: isLive, isImage: isImage, inverts: inverts) == number)
        detail.images = 2
        #expect(detail.number(isLive: false, isImage: true, inverts: true) == 4)
    }
}
