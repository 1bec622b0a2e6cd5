import Foundation
import Yams

extension Profile {
    /// Reads `profile.yaml` of a folder strictly.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/configuration`` naming the
    ///   file and the key.
    public init(folder: String) throws {
        let file = folder + "/profile.yaml"
        let text: String
        let root: Node
        do {
            text = try MaskStream.text(ofFile: file)
        } catch {
            throw MaskStreamError(
                .configuration, "\(file) cannot be read", hint: "a profile is a folder with it",
                underlying: error)
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                throw MaskStreamError(.configuration, "\(file) is empty")
            }
            root = node
        } catch let error as YamlError {
            throw MaskStreamError(.configuration, "\(file) is no YAML: \(error)")
        }
        let top = try ManifestReader(
            root, file: file,
            keys: [
                "schema", "name", "description", "license", "estimator", "levels", "primary",
                "threshold", "mask", "subjects", "depth", "lookahead",
            ])
        _ = try top.int("schema", in: 1...1)
        let paths = ProfilePaths(folder: folder, manifest: file)
        self.folder = folder
        name = try top.string("name")
        description = try top.string("description", default: "")
        license = try top.string("license", default: "")
        sha256 = MessageDigest.sha256.hexadecimal(of: Data(text.utf8))
        let levels = try top.requiredSection("levels", keys: ["region", "parts", "turned"])
        regionLevel = try levels.float("region", in: 0...1)
        estimator = try EstimatorSpec(top, paths, regionLevel: regionLevel)
        partsLevel = levels.has("parts") ? try levels.float("parts", in: 0...1) : nil
        turnedLevel = try levels.float("turned", in: 0...1, default: 0)
        primary = try PrimarySpec(top, paths)
        threshold = try ThresholdSpec(top, manifest: file, hasPrimary: primary != nil)
        mask = try MaskSpec(top)
        minSubjectArea =
            try top.section("subjects", keys: ["min_area"])?.float("min_area", in: 0...1) ?? 0.002
        depth = try top.int("depth", in: 4...64, default: 6)
        lookahead = try top.int("lookahead", in: 0...16, default: 0)
    }
}

/// Finds the files that a manifest names; they must lie inside the profile's folder.
struct ProfilePaths {
    let folder: String
    let manifest: String

    func file(_ name: String, key: String) throws -> String {
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let path = URL(fileURLWithPath: folder + "/" + name).resolvingSymlinksInPath().path
        guard !name.isEmpty, !name.hasPrefix("/"), path.hasPrefix(root + "/") else {
            throw MaskStreamError(
                .configuration, "\(manifest): \(key) points outside the profile: \(name)",
                hint: "put the file into the profile's folder")
        }
        guard FileIdentity(path)?.isFolder == false else {
            throw MaskStreamError(
                .configuration, "\(path) is missing or no file (\(manifest): \(key))",
                hint: "restore the file or correct the manifest")
        }
        return path
    }

    func model(_ reader: ManifestReader, key: String) throws -> ModelReference {
        let float = try modelFile(reader, key: key)
        let int8 = try reader.section("int8", keys: ["file", "sha256"]).map {
            try modelFile($0, key: "\(key).int8")
        }
        return ModelReference(
            path: float.path, sha256: float.sha256,
            int8: int8)
    }

    private func modelFile(
        _ reader: ManifestReader, key: String
    ) throws -> ModelReference.File {
        let path = try file(try reader.string("file"), key: "\(key).file")
        guard reader.has("sha256") else { return ModelReference.File(path: path) }
        let sha256 = try reader.parsed("sha256", "64 hexadecimal digits") { text in
            text.utf8.count == 64 && text.allSatisfy(\.isHexDigit) ? text.lowercased() : nil
        }
        return ModelReference.File(path: path, sha256: sha256)
    }

    /// The lines of the text file that a key names: a class name each.
    func labels(_ name: String, key: String) throws -> [String] {
        let path = try file(name, key: key)
        let text = try read(path, key: key, hint: "give a class name on each line")
        let labels = text.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        guard !labels.isEmpty, Set(labels).count == labels.count else {
            throw MaskStreamError(
                .configuration,
                "\(path) has no labels or one of them twice (\(manifest): \(key))",
                hint: "give a different class name on each line")
        }
        return labels
    }

    /// The directions and their names in the file that a key names.
    func vectors(_ name: String, key: String) throws -> LabelVectors {
        try LabelVectors(ofFile: try file(name, key: key), place: "\(manifest): \(key)")
    }

    /// The lines of a text file: a group of classes each.
    func groups(_ name: String, labels: [String]) throws -> [ClassGroup] {
        let path = try file(name, key: "primary.groups")
        let text = try read(path, key: "primary.groups", hint: ClassGroup.form)
        return try ClassGroup.read(
            text, classes: labels.count, place: "\(path), \(manifest): primary.groups")
    }

    private func read(_ path: String, key: String, hint: String) throws -> String {
        do {
            return try text(ofFile: path)
        } catch {
            throw MaskStreamError(
                .configuration, "\(path) cannot be read as text (\(manifest): \(key))",
                hint: hint, underlying: error)
        }
    }
}

extension EstimatorSpec {
    fileprivate init(
        _ top: ManifestReader, _ paths: ProfilePaths, regionLevel: Float
    ) throws {
        let reader = try top.requiredSection(
            "estimator",
            keys: [
                "file", "sha256", "int8", "input", "layout", "colour", "mean", "std", "output",
                "output_layout", "activation", "output_scale", "labels", "channels", "unclip",
                "kind", "detector", "smallest", "interval",
            ])
        file = try paths.model(reader, key: "estimator")
        let input = try reader.requiredSection(
            "input", keys: ["area", "fit", "multiple", "detail", "turns", "enlarge"])
        fit = try input.choice("fit", default: .area)
        area = try input.int("area", in: 256...Self.largestArea, default: 61440)
        enlarges = try input.bool("enlarge", default: true)
        multiple = try input.int("multiple", in: 1...256, default: 32)
        detail = try NumberByUse("detail", of: Self.details, input)
        turns = try NumberByUse("turns", of: TurnedViews.choices, input)
        interval = try NumberByUse("interval", in: Self.intervals, reader)
        pixels = try PixelSpec(reader)
        output = reader.has("output") ? try reader.string("output") : nil
        outputLayout = try reader.choice("output_layout", default: pixels.layout)
        activation = try reader.choice("activation", default: Activation.none)
        outputScale = try reader.float("output_scale", in: 1e-6...1e6, default: 1)
        guard outputScale == 1 || activation == .none else {
            throw MaskStreamError(
                .configuration,
                "\(paths.manifest): estimator.output_scale is for activation: none",
                hint: "remove one of them: logits are not divided")
        }
        let labels =
            reader.has("labels")
            ? try paths.labels(try reader.string("labels"), key: "estimator.labels") : []
        channels = try reader.ints(
            "channels", in: 0...(labels.isEmpty ? 65_535 : labels.count - 1), names: labels,
            default: [0])
        smallest = reader.has("smallest") ? try reader.int("smallest", in: 1...4096) : nil
        let isDetector = try reader.choice("kind", default: Kind.map) == .detector
        if isDetector {
            try reader.refuse(
                ["output_layout", "output_scale", "unclip"],
                because: "it is for maps, not for detectors")
            detector = try DetectorSpec(
                try reader.requiredSection("detector", keys: DetectorSpec.keys))
        } else {
            try reader.refuse(["detector"], because: "it goes with kind: detector")
            let ratio = try reader.float("unclip", in: 0...10, default: 0)
            unclip = ratio > 0 ? Unclip(ratio: ratio, level: regionLevel) : nil
        }
    }

    /// What the model's outputs are.
    private enum Kind: String, CaseIterable {
        /// A score for each cell.
        case map
        /// Boxes with scores.
        case detector
    }
}

extension PixelSpec {
    init(_ reader: ManifestReader, input: ManifestReader? = nil) throws {
        let source = input ?? reader
        layout = try source.choice("layout", default: .nchw)
        color = try source.choice("colour", default: .rgb)
        let count = color == .gray ? 1 : 3
        mean = try source.floats("mean", count: count, in: -1000...1000, default: 0)
        std = try source.floats("std", count: count, in: 1e-6...1000, default: 1)
    }
}

extension ThresholdSpec {
    fileprivate init(_ top: ManifestReader, manifest: String, hasPrimary: Bool) throws {
        let reader = try top.requiredSection(
            "threshold",
            keys: [
                "control", "where", "reference", "initial", "min", "max", "step", "tolerance",
                "confident", "low", "high", "drop", "slew", "probe_interval", "burst_interval",
                "memory", "kept_min", "kept_max",
            ])
        control = try reader.choice("control", default: hasPrimary ? .probe : .fixed)
        scope = try reader.choice("where", default: .picture)
        reference = try reader.choice("reference", default: .box)
        let initial = try reader.float("initial", in: 0...1)
        let min = try reader.float("min", in: 0...initial, default: 0)
        let max = try reader.float("max", in: initial...1, default: 1)
        let high = try reader.float("high", in: 0...1, default: 0.8)
        let slew = try reader.float("slew", in: 0...10, default: 0.5)
        let keptMax = try reader.float("kept_max", in: 0...1, default: 1)
        let keptMin = try reader.float("kept_min", in: 0...keptMax, default: 0)
        confidence = ConfidenceController.Parameters(
            initial: initial, min: min, max: max,
            low: try reader.float("low", in: 0...high, default: 0.5), high: high, slew: slew,
            keptMin: keptMin, keptMax: keptMax)
        probe = ProbeController.Parameters(
            initial: initial, min: min, max: max,
            step: try reader.float("step", in: 0.001...1, default: 0.05),
            tolerance: try reader.float("tolerance", in: 0...1, default: 0.1),
            confident: try reader.float("confident", in: 0...1, default: 0.6),
            drop: try reader.float("drop", in: 0...1, default: 0.25), slew: slew,
            probeInterval: Double(try reader.float("probe_interval", in: 0...3600, default: 1)),
            burstInterval: Double(try reader.float("burst_interval", in: 0...3600, default: 0.2)),
            memory: Double(try reader.float("memory", in: 0...3600, default: 20)),
            keptMin: keptMin, keptMax: keptMax)
        guard hasPrimary || control == .fixed else {
            throw MaskStreamError(
                .configuration, "\(manifest): threshold.control needs a primary model",
                hint: "a profile without one allows fixed only")
        }
    }
}

extension MaskSpec {
    fileprivate init(_ top: ManifestReader) throws {
        let reader = try top.requiredSection(
            "mask", keys: ["fill", "smoothing", "hysteresis", "hold", "dilate", "grid"])
        fill = try reader.parsed(
            "fill", MaskFill.spelling, default: .zero, MaskFill.init)
        smoothing = try reader.float("smoothing", in: 0...0.99, default: 0.5)
        hysteresis = try reader.float("hysteresis", in: 0...0.5, default: 0)
        hold = try reader.float("hold", in: 0...60, default: 0)
        dilate = try reader.float("dilate", in: 0...0.25, default: 0)
        grid =
            reader.has("grid")
            ? try reader.parsed("grid", PatchSize.spelling, default: nil, PatchSize.init) : nil
    }
}
