import Foundation
import MaskStreamTestSupport
import Testing

/// A primary model that is given patches: on a bright red box, and a larger dim blue one beside it
/// that the mask hides.
@Suite struct VitTests {
    let bench: Workbench
    let scene: CompareScene

    /// What `numpy.savez` writes of the names "red" and "grün" and the vectors 1, 0, 0 and 0, 0.6, 0.8.
    private static let vectors =
        "UEsDBC0AAAAAAAAAIQADeoo+//////////8JABQAbmFtZXMubnB5AQAQAKAAAAAAAAAAoAAAAAAAAACTTlVN"
        + "UFkBAHYAeydkZXNjcic6ICc8VTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCnIA"
        + "AABlAAAAZAAAAAAAAABnAAAAcgAAAPwAAABuAAAAUEsDBC0AAAAAAAAAIQC02XLy//////////8LABQAdmVj"
        + "dG9ycy5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFu"
        + "X29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAAAAAAAAAAAAAAJqZGT/NzEw/UEsBAi0DLQAA"
        + "AAAAAAAhAAN6ij6gAAAAoAAAAAkAAAAAAAAAAAAAAIABAAAAAG5hbWVzLm5weVBLAQItAy0AAAAAAAAAIQC0"
        + "2XLymAAAAJgAAAALAAAAAAAAAAAAAACAAdsAAAB2ZWN0b3JzLm5weVBLBQYAAAAAAgACAHAAAACwAQAAAAA="

    init() throws {
        bench = try Workbench()
        scene = CompareScene(bench.folder)
    }

    /// A profile whose confidence is luma and whose primary says whether red or blue is more in the
    /// patches that it is given, 4x4 of 4x4 pixels.
    private func profile(
        keep: String = "keep", labels: String = "labels.txt", manifest: String = "",
        threshold: String? = nil
    ) throws -> String {
        let isEmbedding = labels.hasSuffix(".npz")
        var model = TinyOnnx()
        model.input("x", [1, 3, 16, 16])
        model.input(keep, ["count"], .int64)
        model.constant("shape", [1, 3, 16])
        model.constant("weights", [3, 2], [20, 0, 0, 0, 0, 20])
        model.node(
            "AveragePool", ["x"], ["patches"],
            [("kernel_shape", .ints([4, 4])), ("strides", .ints([4, 4]))])
        model.node("Reshape", ["patches", "shape"], ["row"])
        model.node("Gather", ["row", keep], ["seen"], [("axis", .int(2))])
        model.node(
            "ReduceMean", ["seen"], ["colours"], [("axes", .ints([2])), ("keepdims", .int(0))])
        model.node("MatMul", ["colours", "weights"], ["logits"])
        model.output(isEmbedding ? "colours" : "logits", [1, isEmbedding ? 3 : 2])
        var profile = TestProfile()
        if let threshold { profile.threshold = threshold }
        profile.top = """
            primary:
              kind: vit
              patch: 4
              file: primary.onnx
              input: {width: 16, height: 16}
              labels: \(labels)
            \(manifest)
            """
        let home = URL(fileURLWithPath: try profile.write(to: bench.folder, as: "patches"))
        _ = try model.write(to: home, as: "primary.onnx")
        try Data("red\nblue\n".utf8).write(to: home.appendingPathComponent("labels.txt"))
        let vectors = try #require(Data(base64Encoded: Self.vectors))
        try vectors.write(to: home.appendingPathComponent("labels.npz"))
        return home.path
    }

    @Test func theModelSeesPatchesThatAreKept() throws {
        let events = bench.path("e.ndjson")
        let result = try expectStatus(
            0,
            [scene.clip(distractor: true), "--profile", profile(), "--threshold", "0.5"]
                + ["--frames", "2", "--events", events])
        let lines = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
        let frames = lines.filter { $0.contains(#""type":"frame""#) }
        #expect(frames.count == 2)
        for frame in frames {
            #expect(frame.contains(#""label":"red""#), "\(frame)")
            let tokens = try #require(
                frame.firstMatch(of: #/"tokens":\{"all":16,"kept":([0-9]+)\}/#))
            // The red box has 12x12 of the crop's 40x40 pixels.
            #expect((1...6).contains(Int(tokens.1) ?? 0), "\(frame)")
        }
        #expect(result.errors.contains("of 32 ("), "\(result.errors)")
        let strict = try profile(manifest: "  touch: 0.99")
        try expectStatus(
            0,
            [scene.clip(distractor: true), "--profile", strict, "--threshold", "0.5"]
                + ["--frames", "2", "--events", events])
        let unseen = try String(contentsOfFile: events, encoding: .utf8)
        #expect(!unseen.contains("tokens") && unseen.contains(#""primary":"none""#))
    }

    @Test func compareTellsWhatDroppingDoes() throws {
        let path = bench.path("compare.json")
        let labels = try bench.folder.write(Data("start,end,label\n0,100,red\n".utf8), to: "l.csv")
        let result = try expectStatus(
            0,
            ["compare", scene.clip(distractor: true), "--profile", profile(), "--json", path]
                + ["--labels", labels, "--threshold", "0.5"])
        let headline = try #require(result.lines.first)
        #expect(
            headline.hasPrefix("patches dropped is right on 100.0 % of 100 labelled frames"),
            "\(headline)")
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(json["variants"] as? [[String: Any]])
        let tokens = rows.map { row in
            (row["variant"] as? String, row["tokens"] as? [String: Int])
        }
        let dropped = try #require(tokens.first { $0.0 == "patches_dropped" }?.1)
        #expect(dropped["all"] == 1600 && (100...600).contains(dropped["kept"] ?? 0))
        let masked = try #require(tokens.first { $0.0 == "masked_crop" }?.1)
        #expect(masked == ["all": 1600, "kept": 1600])
        #expect((json["notes"] as? [String])?.contains("patches") == true)
    }

    @Test func profilesExplainIt() throws {
        let home = try profile()
        let image = bench.path("frame.png")
        try Clips.ffmpeg(["-i", scene.clip(distractor: true), "-frames:v", "1", image])
        let check = try expectStatus(0, ["profiles", "check", home, image])
        let text = check.lines.joined(separator: "\n")
        #expect(text.contains("16x16 in patches of 4x4, seen where any part is kept"), "\(text)")
        #expect(text.contains(" of 16 patches"), "\(text)")
        let show = try expectStatus(0, ["profiles", "show", home])
        #expect(show.lines.contains { $0.contains("in patches of 4x4") }, "\(show.lines)")
        let other = try profile(keep: "mask")
        try expectStatus(
            78, ["profiles", "check", other, image], says: ["no input keep", "drop-patches"])
    }

    @Test func anEmbeddingNamesLabelsAndVotesOnlyWithATemperature() throws {
        let clip = try scene.clip(distractor: true)
        let probe = "{control: probe, initial: 0.5, probe_interval: 0.1}"
        let events = bench.path("e.ndjson")
        func moves(_ manifest: String) throws -> Int {
            let home = try profile(labels: "labels.npz", manifest: manifest, threshold: probe)
            try expectStatus(0, [clip, "--profile", home, "--events", events])
            let lines = try String(contentsOfFile: events, encoding: .utf8)
            #expect(lines.contains(#""label":"red""#))
            return lines.split(separator: "\n").count { $0.contains(#""type":"threshold""#) }
        }
        #expect(try moves("") == 0)
        #expect(try moves("  temperature: 0.05") > 0)
        let home = try profile(labels: "labels.npz")
        let check = try expectStatus(0, ["profiles", "check", home])
        #expect(check.lines.contains { $0.contains("no temperature is set") }, "\(check.lines)")
        try Data("no archive".utf8).write(to: URL(fileURLWithPath: home + "/labels.npz"))
        try expectStatus(
            78, ["profiles", "show", home], says: ["primary.labels", "numpy.savez"])
    }
}
