import Foundation
import MaskStreamTestSupport
import Testing

/// `profiles new`, `check` and `show` on profiles of a user's own.
@Suite struct ProfileCommandTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func text(_ result: ProgramResult) -> String {
        String(decoding: result.output, as: UTF8.self)
    }

    /// A network with two channels of logits: how dark and how bright a pixel is.
    private func network() throws -> String {
        var model = TinyOnnx()
        model.input("picture", [1, "height", "width", 3])
        model.constant("first", [0])
        model.constant("half", [1], [0.5])
        model.constant("ten", [1], [10])
        model.node("Gather", ["picture", "first"], ["red"], [("axis", .int(3))])
        model.node("Sub", ["red", "half"], ["difference"])
        model.node("Mul", ["difference", "ten"], ["bright"])
        model.node("Neg", ["bright"], ["dark"])
        model.node("Concat", ["dark", "bright"], ["logits"], [("axis", .int(3))])
        model.output("logits", [1, "height", "width", 2])
        return try model.write(to: bench.folder.url, as: "network.onnx")
    }

    @Test func aNetworkBecomesAProfile() throws {
        try expectStatus(
            0,
            ["profiles", "new", "bright", "--directory", bench.folder.url.path]
                + ["--estimator", network(), "--normalize", "unit"])
        let manifest = try String(
            contentsOfFile: bench.path("bright/profile.yaml"), encoding: .utf8)
        for line in [
            "layout: nhwc", "output_layout: nhwc", "activation: softmax", "channels: [1]",
            "mean: [0.0, 0.0, 0.0]", "output: \"logits\"",
        ] {
            #expect(manifest.contains("  \(line)"), "\(line)\n\(manifest)")
        }
        let checked = text(
            try expectStatus(0, ["profiles", "check", bench.path("bright"), bench.clip]))
        for word in ["the hash is right", "kept", "subjects", "ms on one core"] {
            #expect(checked.contains(word), "\(word)\n\(checked)")
        }
        #expect(!checked.contains("looks like"))
        let shown = text(try expectStatus(0, ["profiles", "show", bench.path("bright"), "--json"]))
        #expect(shown.contains("\"multiply_adds\" : null") && shown.contains("\"parameters\" : 2"))
        try expectStatus(
            0, [bench.clip, "--profile", bench.path("bright"), "-o", bench.path("out.mkv")])
    }

    @Test func aMapUpTo255IsDivided() throws {
        let new = ["profiles", "new", "bytes", "--directory", bench.folder.url.path, "--estimator"]
        let said = text(
            try expectStatus(0, new + [TinyOnnx.linear(255).write(to: bench.folder.url)]))
        #expect(said.contains("test runs "), "\(said)")
        let manifest = try String(contentsOfFile: bench.path("bytes/profile.yaml"), encoding: .utf8)
        for line in ["activation: none", "output_scale: 255 # ", "mean: [0.0, 0.0, 0.0]"] {
            #expect(manifest.contains("  \(line)"), "\(line)\n\(manifest)")
        }
        let checked = text(
            try expectStatus(0, ["profiles", "check", bench.path("bytes"), bench.clip]))
        #expect(!checked.contains("looks like"), "\(checked)")
        let wrong = manifest.replacing("activation: none", with: "activation: sigmoid")
            .replacing("output_scale: 255", with: "#")
        try wrong.write(toFile: bench.path("bytes/profile.yaml"), atomically: true, encoding: .utf8)
        let doubted = text(
            try expectStatus(0, ["profiles", "check", bench.path("bytes"), bench.clip]))
        #expect(doubted.contains("looks like activation: none; output_scale: 255"), "\(doubted)")
    }

    @Test func aDetectorsClassesAreChosenByName() throws {
        var model = TinyOnnx()
        model.input("x", [1, 3, 64, 64])
        model.constant("nothing", [1], [0])
        // A box around the middle, of the second class.
        var table = [Float](repeating: 0, count: 7 * 84)
        for (row, value) in [32, 32, 20, 20, 0, Float(0.9), 0].enumerated() {
            table[row * 84] = value
        }
        model.constant("table", [1, 7, 84], table)
        model.node("ReduceMean", ["x"], ["mean"], [("keepdims", .int(0))])
        model.node("Mul", ["mean", "nothing"], ["zero"])
        model.node("Add", ["table", "zero"], ["boxes"])
        model.output("boxes", [1, 7, 84])
        model.property("names", "{0: 'person', 1: 'traffic light', 2: 'dog'}")
        let said = text(
            try expectStatus(
                0,
                ["profiles", "new", "yolo", "--directory", bench.folder.url.path, "--estimator"]
                    + [model.write(to: bench.folder.url)]))
        #expect(said.contains("labels.txt"), "\(said)")
        let names = try String(contentsOfFile: bench.path("yolo/labels.txt"), encoding: .utf8)
        #expect(names == "person\ntraffic light\ndog\n")
        let path = bench.path("yolo/profile.yaml")
        let manifest = try String(contentsOfFile: path, encoding: .utf8)
        for (classes, finds) in [
            ("\"person\"", false), ("traffic light", true), ("dog, traffic light", true),
            ("2", false),
        ] {
            try manifest.replacing("channels: [\"person\"]", with: "channels: [\(classes)]")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let checked = text(
                try expectStatus(0, ["profiles", "check", bench.path("yolo"), bench.clip]))
            #expect(checked.contains("0.00 to 0.90") == finds, "\(classes)\n\(checked)")
        }
    }

    @Test func newTellsHowToMendANetwork() throws {
        let new = ["profiles", "new", "mine", "--directory", bench.folder.url.path, "--estimator"]
        for (model, words) in [
            (TinyOnnx.linear(1, batch: 4), ["4 images at a time", "batch of 1"]),
            (
                .one(
                    "Identity", input: [1, 3, "h", "w"], output: [1, 3, "h", "w"],
                    element: .float16, outputElement: .float16), ["float16", "keep_io_types"]
            ),
        ] {
            let result = try expectStatus(
                78, new + [model.write(to: bench.folder.url)], says: words)
            #expect(!result.errors.contains("profile.yaml"), "\(result.errors)")
        }
        #expect(!bench.has("mine"))
    }

    /// The same picture again is not run again, which is no time of the model's.
    @Test func checkTellsTheTrueTime() throws {
        var model = TinyOnnx()
        model.input("x", [1, 1, 64, 64])
        var last = "x"
        model.constant("weights", [64, 64], [Float](repeating: 1 / 64, count: 4096))
        for step in 0..<800 {
            model.node("MatMul", [last, "weights"], ["step\(step)"])
            last = "step\(step)"
        }
        model.node("Identity", [last], ["y"])
        model.output("y", [1, 1, 64, 64])
        let slow = try TestProfile(model: model).write(to: bench.folder, as: "slow")
        let said = text(try expectStatus(0, ["profiles", "check", slow, bench.clip]))
        let line = try #require(said.split(separator: "\n").first { $0.contains("ms on one core") })
        let words = line.split(separator: " ")
        let place = try #require(words.firstIndex(of: "ms"))
        #expect(try #require(Double(words[place - 1])) > 0, "\(line)")
    }

    @Test func anEmptyProfileWaitsForItsNetwork() throws {
        let folder = bench.folder.url.path
        let said = text(try expectStatus(0, ["profiles", "new", "mine", "--directory", folder]))
        #expect(said.contains("estimator.onnx"))
        #expect(bench.has("mine/profile.yaml") && bench.has("mine/README.md"))
        try expectStatus(
            78, ["profiles", "check", bench.path("mine")], says: ["estimator.onnx", "missing"])
        // One that follows the conventions of Profiles/training works as it is.
        var model = TinyOnnx()
        model.input("image", [1, 3, "height", "width"])
        model.node("ReduceMean", ["image"], ["mean"], [("axes", .ints([1]))])
        model.node("Sigmoid", ["mean"], ["confidence"])
        model.output("confidence", [1, 1, "height", "width"])
        _ = try model.write(to: bench.folder.url, as: "mine/estimator.onnx")
        let checked = text(
            try expectStatus(0, ["profiles", "check", bench.path("mine"), bench.clip]))
        #expect(checked.contains("add  sha256: ") && !checked.contains("looks like"))
    }

    @Test func newRefuses() throws {
        let folder = bench.folder.url.path
        let new = ["profiles", "new"]
        try expectStatus(73, new + ["light", "--directory", folder], says: ["light", "exists"])
        try expectStatus(
            73, new + ["mine", "--directory", folder + "/none"], says: ["no such folder"])
        for name in ["", ".", "..", "a/b", "-x", "a b", "ä"] {
            try expectStatus(64, new + ["--directory", folder, "--", name])
        }
        try expectStatus(64, new + ["mine", "--normalize", "sometimes"])
        try expectStatus(
            66, new + ["mine", "--directory", folder, "--estimator", folder + "/none.onnx"],
            says: ["none.onnx"])
        try expectStatus(
            78, new + ["mine", "--directory", folder, "--estimator", bench.clip],
            says: [bench.clip])
        #expect(!bench.has("mine"))
    }

    @Test func checkWritesTheMapThatARunWrites() throws {
        let picture = try Clips.make(
            "picture.png", in: bench.folder,
            Clips.testSource(rate: "1") + ["-frames:v", "1", "-pix_fmt", "rgb24"])
        for (name, arguments) in [
            ("run.png", [picture, "--profile", bench.light, "--emit", "confidence", "-o"]),
            ("check.png", ["profiles", "check", bench.light, picture, "--confidence"]),
            (
                "check.png",
                ["profiles", "check", bench.light, picture, "--overwrite", "--confidence"]
            ),
        ] {
            try expectStatus(0, arguments + [bench.path(name)])
        }
        let pictures = try ["run.png", "check.png"].map {
            try Clips.rawVideo(bench.path($0), pixelFormat: "gray")
        }
        #expect(!pictures[0].isEmpty && pictures[0] == pictures[1])
        let check = ["profiles", "check", bench.light]
        try expectStatus(
            73, check + [picture, "--confidence", bench.path("check.png")], says: ["--overwrite"])
        try expectStatus(
            73, check + [picture, "--overwrite", "--confidence", picture], says: [picture])
        try expectStatus(66, check + [bench.path("none.png")], says: ["none.png"])
        try expectStatus(
            73, check + [picture, "--confidence", bench.path("none/map.png")], says: ["none"])
    }

    @Test func checkTellsWhatTheThresholdDoes() throws {
        let check = ["profiles", "check"]
        #expect(text(try expectStatus(0, check + [bench.light])).contains("drawn"))
        var model = TinyOnnx()
        model.input("x", [1, 1, "height", "width"])
        model.constant("half", [1], [0.5])
        model.node("Greater", ["x", "half"], ["bright"])
        model.node("Cast", ["bright"], ["y"], [("to", .int(1))])
        model.output("y", [1, 1, "height", "width"])
        let binary = try TestProfile(model: model).write(to: bench.folder, as: "binary")
        let said = text(try expectStatus(0, check + [binary, bench.clip]))
        #expect(said.contains("warn authority weak"), "\(said)")
    }

    /// Estimators that a check must refuse.
    static let bad: [(name: String, words: [String])] = [
        ("rank", ["x float32[1, 7]"]), ("open", ["leaves open", "channels"]),
        ("nan", ["not numbers"]), ("range", ["leaves 0 to 1", "activation"]),
        ("huge", ["too large"]), ("external", ["in other files"]), ("truncated", ["complete"]),
        ("hash", ["SHA-256"]), ("failing", ["the model failed"]),
    ]

    private func profile(_ name: String) -> TestProfile {
        func identity(_ shape: [TinyOnnx.Dimension]) -> TestProfile {
            TestProfile(model: .one("Identity", input: shape, output: shape))
        }
        switch name {
        case "rank": return identity([1, 7])
        case "open": return identity(["n", "c", "h", "w"])
        case "nan": return .undefined
        case "huge": return identity([1, 1, 100_000, 100_000])
        case "truncated":
            return TestProfile(modelBytes: Array(TestProfile().model.bytes.dropLast(9)))
        case "hash":
            return TestProfile(estimator: "  sha256: '\(String(repeating: "0", count: 64))'")
        case "failing": return .failing
        case "external":
            var model = TinyOnnx()
            model.input("x", [1, 1, "h", "w"])
            model.external("w", [1], location: "../../outside.bin")
            model.node("Add", ["x", "w"], ["y"])
            model.output("y", [1, 1, "h", "w"])
            return TestProfile(model: model)
        default: return TestProfile(deviation: 0.1)
        }
    }

    @Test(arguments: bad) func checkRefuses(_ item: (name: String, words: [String])) throws {
        let folder = try profile(item.name).write(to: bench.folder, as: item.name)
        try expectStatus(
            78, ["profiles", "check", folder, bench.clip], says: item.words + ["model.onnx"])
    }

    @Test func aThousandLabels() throws {
        let folder = try TestProfile(
            top: """
                primary:
                  file: primary.onnx
                  input: {width: 8, height: 8, colour: gray}
                  labels: labels.txt
                """
        ).write(to: bench.folder, as: "many")
        var model = TinyOnnx()
        model.input("x", [1, 1, 8, 8])
        model.constant("weights", [64, 1000], [Float](repeating: 0.01, count: 64000))
        model.node("Flatten", ["x"], ["flat"])
        model.node("MatMul", ["flat", "weights"], ["y"])
        model.output("y", [1, 1000])
        _ = try model.write(to: bench.folder.url, as: "many/primary.onnx")
        let labels = (0..<1000).map { "class \($0)" }
        try labels.joined(separator: "\n").write(
            toFile: folder + "/labels.txt", atomically: true, encoding: .utf8)
        let shown = text(try expectStatus(0, ["profiles", "show", folder]))
        #expect(shown.contains("class 4 and 995 more") && !shown.contains("class 999"))
        let card = try JSONSerialization.jsonObject(
            with: expectStatus(0, ["profiles", "show", folder, "--json"]).output)
        #expect((card as? [String: Any])?["labels"] as? [String] == labels)
        let checked = text(try expectStatus(0, ["profiles", "check", folder, bench.clip]))
        #expect(checked.contains("ms a subject") && checked.contains("class 0 0.00"))
    }
}
