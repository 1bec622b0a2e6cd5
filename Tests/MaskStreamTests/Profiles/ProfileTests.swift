import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ProfileTests {
    @Test("A byte order mark is no part of the text")
    func byteOrderMark() throws {
        let folder = try ProfileFolder("\u{FEFF}" + ProfileFolder.manifest)
        #expect(try Profile(folder: folder.path).name == "test")
    }

    @Test("Every key is read")
    func everyKey() throws {
        let folder = try ProfileFolder()
        let profile = try Profile(folder: folder.path)
        let root = folder.folder.url.resolvingSymlinksInPath().path
        #expect(profile.name == "test" && profile.description == "A test")
        #expect(profile.license == "CC0" && profile.folder == folder.path)
        #expect(profile.sha256.count == 64)
        let hash = "0123456789abcdef"
        var estimator = EstimatorSpec(
            file: ModelReference(
                path: root + "/estimator.onnx", sha256: hash + hash + hash + hash),
            fit: .letterbox, area: 4096, enlarges: false, multiple: 16,
            pixels: PixelSpec(
                layout: .nhwc, color: .bgr, mean: [0.1, 0.2, 0.3], std: [1, 2, 0.5]),
            output: "map", outputLayout: .nchw, activation: .softmax, channels: [1, 3],
            unclip: Unclip(ratio: 1.5, level: 0.25))
        estimator.smallest = 12
        (estimator.detail.video, estimator.detail.invert, estimator.detail.images) = (2, 4, 8)
        (estimator.turns.video, estimator.turns.invert, estimator.turns.images) = (1, 2, 4)
        #expect(profile.estimator == estimator)
        #expect(profile.regionLevel == 0.25 && profile.partsLevel == 0.75)
        #expect(profile.turnedLevel == 0.375)
        let primary = PrimarySpec(
            file: ModelReference(path: root + "/primary.onnx"), width: 48, height: 64,
            pixels: PixelSpec(layout: .nchw, color: .gray, mean: [0.5], std: [0.25]),
            normalize: .kept, labels: ["happy", "sad"],
            groups: [ClassGroup(name: "any", ids: [0, 1])], margin: 0.1, fill: .zero,
            temperature: 1.5, interval: 0.2, skip: 0.01, maxSubjects: 3)
        #expect(profile.primary == primary)
        let parameters = ConfidenceController.Parameters(
            initial: 0.5, min: 0.25, max: 0.75, low: 0.375, high: 0.625, slew: 0.5, keptMin: 0.125,
            keptMax: 0.875)
        let probe = ProbeController.Parameters(
            initial: 0.5, min: 0.25, max: 0.75, step: 0.05, tolerance: 0.1, confident: 0.6,
            drop: 0.25, slew: 0.5, probeInterval: 1, burstInterval: 0.2, memory: 20,
            keptMin: 0.125, keptMax: 0.875)
        let threshold = profile.threshold
        #expect(threshold.control == .confidence && threshold.confidence == parameters)
        #expect(threshold.scope == .subject && threshold.reference == .region)
        #expect(MaskStage.Settings(profile).referenceLevel == 0.25)
        #expect(abs(threshold.probe.burstInterval - 0.2) < 1e-6)
        #expect(threshold.probe.tolerance == probe.tolerance && threshold.initial == 0.5)
        let mask = MaskSpec(
            fill: .color(red: 255, green: 0, blue: 128), smoothing: 0.5, hysteresis: 0.0625,
            hold: 0.25, dilate: 0.125)
        #expect(profile.mask == mask)
        #expect(profile.minSubjectArea == 0.25 && profile.depth == 8 && profile.lookahead == 0)
    }

    @Test("What may be left out has its default")
    func defaults() throws {
        let folder = try ProfileFolder(
            """
            schema: 1
            name: small
            estimator: {file: estimator.onnx, input: {}}
            levels: {region: 0.5}
            threshold: {initial: 0.5}
            mask: {}
            """)
        let profile = try Profile(folder: folder.path)
        #expect(profile.primary == nil && profile.threshold.control == .fixed)
        #expect(profile.estimator.outputLayout == .nchw)
        #expect(profile.estimator.fit == .area && profile.estimator.channels == [0])
        #expect(profile.estimator.pixels.mean == [0, 0, 0] && profile.mask.fill == .zero)
        #expect(profile.estimator.unclip == nil && profile.estimator.enlarges)
        #expect(profile.estimator.smallest == nil)
        #expect(profile.depth == 6 && profile.partsLevel == nil && profile.turnedLevel == 0)
    }

    @Test(
        "An unknown key is an error at every level",
        arguments: [
            "", "estimator", "estimator.input", "levels", "primary", "primary.input",
            "threshold", "mask", "subjects",
        ])
    func unknownKey(section: String) throws {
        var lines = ProfileFolder.manifest.components(separatedBy: "\n")
        var place = 0
        var indent = ""
        for name in section.split(separator: ".") {
            place = try #require(lines[place...].firstIndex(of: "\(indent)\(name):")) + 1
            indent += "  "
        }
        lines.insert("\(indent)surprise: 1", at: place)
        let key = section.isEmpty ? "surprise" : section + ".surprise"
        try ProfileFolder(lines.joined(separator: "\n")).expectError(key)
    }

    /// Each line of the manifest with values that it must not have.
    static let wrongValues: [(key: String, line: String, wrong: [String])] = [
        ("schema", "schema: 1", ["2", "one", "1.5", ""]),
        ("name", "name: test", ["[a]", "{a: b}", "\"\""]),
        (
            "sha256", "  sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF",
            ["abc", "[1]", String(repeating: "g", count: 64)]
        ),
        ("area", "    area: 4096", ["0", "-1", "1.5", "many", ".nan", "99999999999"]),
        ("enlarge", "    enlarge: false", ["maybe", "0", "[true]"]),
        ("fit", "    fit: letterbox", ["crop", "1", "[area]"]),
        ("multiple", "    multiple: 16", ["0", "257", "two"]),
        ("smallest", "  smallest: 12", ["0", "-1", "1.5", "small", "4097"]),
        ("layout", "  layout: nhwc", ["hwc"]), ("colour", "  colour: bgr", ["grey", "yuv"]),
        (
            "mean", "  mean: [0.1, 0.2, 0.3]",
            ["0.5", "[0.1, 0.2]", "[0.1, x, 0.3]", "[.nan, 0, 0]", "[.inf, 0, 0]"]
        ),
        ("std", "  std: [1, 2, 0.5]", ["[1, 2]", "[0, 1, 1]", "[-1, 1, 1]", "[1, 1, 1e-30]"]),
        ("output_layout", "  output_layout: nchw", ["chw", "1"]),
        ("activation", "  activation: softmax", ["relu"]),
        ("channels", "  channels: [1, 3]", ["1", "[]", "[-1]", "[1, x]", "[1, 1]"]),
        ("unclip", "  unclip: 1.5", ["-1", "11", ".nan", "far", "[1]"]),
        ("region", "  region: 0.25", ["-0.1", "1.1", ".nan", ".inf", "high", "[0.5]"]),
        ("parts", "  parts: 0.75", ["2", ".nan"]),
        ("turned", "  turned: 0.375", ["2", ".nan", "[0.5]"]),
        ("width", "    width: 48", ["7", "2049", "x"]),
        ("normalize", "    normalize: kept", ["batch"]),
        ("margin", "  margin: 0.1", ["-1", "5", ".nan"]), ("fill", "  fill: zero", ["grey"]),
        ("temperature", "  temperature: 1.5", ["0", "-1", ".inf"]),
        ("interval", "  interval: 0.2", ["-1", ".nan"]), ("skip", "  skip: 0.01", ["-1", "2"]),
        ("max_subjects", "  max_subjects: 3", ["0", "1.5"]),
        ("control", "  control: confidence", ["pid"]),
        ("where", "  where: subject", ["frame", "1", "[picture]"]),
        ("reference", "  reference: region", ["mask"]),
        ("initial", "  initial: 0.5", ["-1", "2", ".nan"]),
        ("min", "  min: 0.25", ["0.6", "-0.1"]), ("max", "  max: 0.75", ["0.4", "1.1"]),
        ("step", "  step: 0.05", ["banana", "-1"]), ("tolerance", "  tolerance: 0.1", [".nan"]),
        ("confident", "  confident: 0.6", ["2"]), ("low", "  low: 0.375", ["0.7", "-1"]),
        ("high", "  high: 0.625", ["2"]), ("drop", "  drop: 0.25", ["x"]),
        ("slew", "  slew: 0.5", ["-1", ".inf"]),
        ("probe_interval", "  probe_interval: 1", ["-1"]),
        ("burst_interval", "  burst_interval: 0.2", ["x"]), ("memory", "  memory: 20", [".inf"]),
        ("kept_min", "  kept_min: 0.125", ["-1", "0.9"]),
        ("kept_max", "  kept_max: 0.875", ["2"]),
        ("mask.fill", "  fill: \"#ff0080\"", ["red", "[1]", "transparent:2"]),
        ("smoothing", "  smoothing: 0.5", ["1", "-0.1", ".nan"]),
        ("hysteresis", "  hysteresis: 0.0625", ["0.6", "-1"]), ("hold", "  hold: 0.25", ["-1"]),
        ("dilate", "  dilate: 0.125", ["1", "-1"]),
        ("min_area", "  min_area: 0.25", ["2", ".nan"]), ("depth", "depth: 8", ["3", "65", "x"]),
        ("lookahead", "lookahead: 0", ["-1", "17"]),
    ]

    @Test("A wrong value is an error that names the key", arguments: wrongValues)
    func wrongValue(value: (key: String, line: String, wrong: [String])) throws {
        var lines = ProfileFolder.manifest.components(separatedBy: "\n")
        let place = try #require(lines.firstIndex(of: value.line))
        let name = value.line.prefix { $0 != ":" }
        for wrong in value.wrong {
            lines[place] = "\(name): \(wrong)"
            try ProfileFolder(lines.joined(separator: "\n")).expectError(value.key)
        }
    }

    @Test(
        "A missing key is an error",
        arguments: [
            "schema: 1", "name: test", "  file: estimator.onnx", "  region: 0.25", "  initial: 0.5",
            "    width: 48", "  labels: labels.txt", "  file: primary.onnx",
        ])
    func missingKey(line: String) throws {
        let lines = ProfileFolder.manifest.components(separatedBy: "\n").filter { $0 != line }
        let key = line.split(separator: ":")[0].trimmingCharacters(in: .whitespaces)
        try ProfileFolder(lines.joined(separator: "\n")).expectError(key, "missing")
    }

    @Test(
        "What is no mapping is an error", arguments: ["", "[]", "text", "a: [", "\t", "a: 1\na: 2"])
    func noManifest(text: String) throws {
        try ProfileFolder(text).expectError(hint: false)
    }

    @Test("A profile without a primary cannot be controlled by it")
    func controlWithoutPrimary() throws {
        let folder = try ProfileFolder(
            """
            schema: 1
            name: small
            estimator: {file: estimator.onnx, input: {}}
            levels: {region: 0.5}
            threshold: {initial: 0.5, control: confidence}
            mask: {}
            """)
        folder.expectError("threshold.control", "primary")
    }

    @Test("A vision transformer has patches that divide its input, and any touch shows one")
    func visionTransformer() throws {
        func folder(_ lines: String...) throws -> ProfileFolder {
            let text = (["  margin: 0.1"] + lines).joined(separator: "\n  ")
            return try ProfileFolder(
                ProfileFolder.manifest.replacingOccurrences(of: "  margin: 0.1", with: text))
        }
        func read(_ folder: ProfileFolder) throws -> VitSpec? {
            try Profile(folder: folder.path).primary?.vit
        }
        #expect(try read(folder("kind: classifier")) == nil)
        #expect(try read(folder("kind: vit", "patch: 16")) == VitSpec(patch: 16))
        let half = VitSpec(patch: 8, touch: 0.5)
        #expect(try read(folder("kind: vit", "patch: 8", "touch: 0.5")) == half)
        for patch in ["patch: 0", "patch: -16", "patch: 14", "patch: 64", "patch: x"] {
            try folder("kind: vit", patch).expectError("primary.patch")
        }
        for touch in ["touch: -0.1", "touch: 1", "touch: .nan"] {
            try folder("kind: vit", "patch: 16", touch).expectError("primary.touch")
        }
        try folder("kind: vit").expectError("primary.patch", "missing")
        try folder("kind: transformer").expectError("primary.kind")
        for key in ["patch: 16", "touch: 0.5"] {
            try folder(key).expectError("primary.", "kind: vit")
        }
    }

    @Test("Labels: empty lines do not count, none at all and the same twice are errors")
    func labels() throws {
        let folder = try ProfileFolder(labels: "\n a \r\n\nb c\n")
        #expect(try Profile(folder: folder.path).primary?.labels == ["a", "b c"])
        for labels in ["", "\n \n", "a\nb\na\n"] {
            try ProfileFolder(labels: labels).expectError("labels")
        }
    }

    @Test("Groups: what is no group names the manifest and its key")
    func groups() throws {
        for groups in ["", "any: 2", "any"] {
            try ProfileFolder(groups: groups).expectError("groups.txt", "primary.groups")
        }
    }

    @Test(
        "Paths stay inside the folder",
        arguments: [
            "/etc/passwd", "../other.onnx", "sub/../../other.onnx", "link.onnx",
            "linked/other.onnx", "",
            ".", "sub",
        ])
    func paths(path: String) throws {
        let manifest = ProfileFolder.manifest.replacingOccurrences(
            of: "file: estimator.onnx", with: "file: \"\(path)\"")
        let outside = try TemporaryFolder()
        let other = try outside.write(Data(), to: "other.onnx")
        let folder = try ProfileFolder(manifest)
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path + "/sub", withIntermediateDirectories: true)
        try files.createSymbolicLink(
            atPath: folder.path + "/link.onnx", withDestinationPath: other)
        try files.createSymbolicLink(
            atPath: folder.path + "/linked", withDestinationPath: outside.url.path)
        folder.expectError("estimator.file")
    }

    @Test("A link inside the folder and a folder that is a link are fine")
    func links() throws {
        let manifest = ProfileFolder.manifest.replacingOccurrences(
            of: "file: estimator.onnx", with: "file: link.onnx")
        let folder = try ProfileFolder(manifest)
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: folder.path + "/link.onnx", withDestinationPath: "primary.onnx")
        let other = try TemporaryFolder()
        try files.createSymbolicLink(
            atPath: other.path("profile"), withDestinationPath: folder.path)
        #expect(
            try Profile(folder: other.path("profile")).estimator.file.path.hasSuffix("primary.onnx")
        )
    }

    @Test("A model's file in 8 bits is part of the profile")
    func int8() throws {
        let manifest = ProfileFolder.manifest.replacingOccurrences(
            of: "file: estimator.onnx", with: "file: estimator.onnx\n  int8: {file: primary.onnx}")
        let folder = try ProfileFolder(manifest)
        let int8 = try #require(try Profile(folder: folder.path).estimator.file.int8)
        #expect(int8.path.hasSuffix("/primary.onnx") && int8.sha256 == nil)
        let before = try Profile(folder: folder.path).digest()
        _ = try folder.folder.write(Data([7]), to: "primary.onnx")
        #expect(try Profile(folder: folder.path).digest() != before)
        try ProfileFolder(manifest.replacingOccurrences(of: "int8: {", with: "int8: {kind: x, "))
            .expectError("estimator.int8.kind")
        try ProfileFolder(manifest.replacingOccurrences(of: "primary.onnx}", with: "none.onnx}"))
            .expectError("none.onnx", "estimator.int8.file")
    }

    @Test("A model that is not there is named")
    func missingModel() throws {
        let folder = try ProfileFolder()
        try FileManager.default.removeItem(atPath: folder.path + "/primary.onnx")
        folder.expectError("primary.onnx", "missing")
    }

    @Test("A folder without a manifest, and one that is no text")
    func unreadable() throws {
        let folder = try ProfileFolder()
        _ = try folder.folder.write(Data([0xff, 0xfe, 0x80]), to: "profile.yaml")
        folder.expectError()
        try FileManager.default.removeItem(atPath: folder.path + "/profile.yaml")
        folder.expectError()
    }

    @Test("The shipped profile is valid")
    func shipped() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let profile = try Profile(folder: root.path + "/Profiles/face-emotion")
        #expect(profile.name == "face-emotion" && profile.primary?.labels.count == 8)
    }
}
