import ArgumentParser
import Foundation
import MaskStream
import MaskStreamOnnx

/// `maskstream profiles new NAME`: a folder that becomes a profile of one's own.
struct NewProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a profile of your own.",
        discussion: """
            Writes a folder NAME with a commented profile.yaml and a model card. With --estimator, \
            the network is copied into it and looked at, and what the file does not declare is \
            guessed and marked as a guess.

            maskstream profiles new salient --estimator u2netp.onnx --normalize imagenet
            maskstream profiles check ./salient photo.jpg --confidence map.png
            maskstream input.mp4 --profile ./salient -o out.mp4
            """)

    @Argument(help: "The profile's name: letters, digits, dots, dashes and underscores.")
    var name: String

    @Option(
        help: ArgumentHelp("The folder to make it in.", valueName: "dir"), completion: .directory)
    var directory = "."

    @Option(
        help: ArgumentHelp(
            "A segmentation or matting network, or a detector, as one ONNX file.", valueName: "file"
        ),
        completion: .file(extensions: ["onnx"]))
    var estimator: String?

    @Option(
        help: ArgumentHelp(
            "What pixels become: imagenet, unit (0 to 1), signed (-1 to 1), bytes (0 to 255), or "
                + "maskstream.",
            valueName: "kind"))
    var normalize: ProfileTemplate.Normalization?

    mutating func validate() throws {
        let isPlain = name.allSatisfy { character in
            character.isASCII && (character.isLetter || character.isNumber)
                || "._-".contains(character)
        }
        guard isPlain, let first = name.first, first != ".", first != "-" else {
            throw ValidationError(
                "a profile's name has letters, digits, dots, dashes and underscores, and begins "
                    + "with none of . and -; the place is --directory")
        }
    }

    func run() throws {
        let folder = "\(directory)/\(name)"
        try refuseExisting(folder)
        let template = ProfileTemplate(
            name: name, estimator: try estimator.map { try Self.look(at: $0, normalize) },
            normalization: normalize)
        guard mkdir(folder, 0o777) == 0 else {
            throw failure(String(cString: strerror(errno)))
        }
        do {
            try write(template, to: folder)
        } catch let error as MaskStreamError {
            // Half a profile helps nobody; what cannot be removed does no harm.
            try? FileManager.default.removeItem(atPath: folder)
            throw failure(error.message, error)
        }
        try tell(template, folder)
    }

    private func failure(_ reason: String, _ error: (any Error)? = nil) -> MaskStreamError {
        MaskStreamError(
            .cannotCreate, "the profile cannot be written: \(reason)",
            hint: "check the rights and the space there (\(directory))", underlying: error)
    }

    private func refuseExisting(_ folder: String) throws {
        guard FileIdentity(directory)?.isFolder == true else {
            throw MaskStreamError(
                .cannotCreate, "there is no such folder (\(directory))",
                hint: "make it, or give another --directory")
        }
        guard FileIdentity(folder) == nil else {
            throw MaskStreamError(
                .cannotCreate, "it exists already (\(folder))",
                hint: "give another name, or remove it")
        }
    }

    private static func look(
        at path: String, _ normalization: ProfileTemplate.Normalization?
    ) throws -> (sha256: String, guess: ProfileTemplate.Guess) {
        guard FileIdentity(path) != nil else {
            throw MaskStreamError(
                .noInput, "no such file (\(path))", hint: "give the path of an ONNX file")
        }
        let opened = try OnnxSession(path: path, opensBatch: true)
        if let detector = try DetectorGuess(opened) { return (opened.sha256, .detector(detector)) }
        let session = try OnnxSession(path: path)
        let guess = try EstimatorGuess(session) { layout in
            normalization.map { [$0.numbers] } ?? EstimatorGuess.Normalization.usual(layout)
        }
        return (session.sha256, .map(guess))
    }

    private func write(_ template: ProfileTemplate, to folder: String) throws {
        var files = [
            ("profile.yaml", Data(template.manifest.utf8)), ("README.md", Data(template.card.utf8)),
        ]
        if let estimator { files.append(("estimator.onnx", try contents(ofFile: estimator))) }
        if let labels = template.labels { files.append(("labels.txt", Data(labels.utf8))) }
        for (name, data) in files {
            try WholeFile("\(folder)/\(name)", "the profile", reads: ReadFiles()).write(data)
        }
    }

    private func tell(_ template: ProfileTemplate, _ folder: String) throws {
        let place = folder.hasPrefix("./") ? folder : URL(fileURLWithPath: folder).relativePath
        try Console.output(
            "\(place)/profile.yaml, README.md" + (template.labels == nil ? "" : ", labels.txt"))
        switch template.estimator?.guess {
        case nil:
            try Console.output("put the network there as estimator.onnx, then:")
        case .map(let guess)?:
            let values = guess.best.range
            try describe(
                place, guess.layout, guess.color, guess.size,
                "map \(guess.best.name) \(guess.best.shape), test runs \(values.lowerBound) to "
                    + "\(values.upperBound)")
        case .detector(let guess)?:
            try describe(
                place, guess.layout, guess.color, guess.size,
                "a detector, \(guess.kind), of \(guess.classCount) class(es)")
        }
        try Console.output("  maskstream profiles check \(place) IMAGE --confidence map.png")
        try Console.output("  maskstream INPUT --profile \(place) -o OUT")
    }

    private func describe(
        _ place: String, _ layout: PixelSpec.Layout, _ color: PixelSpec.Color, _ size: [Int]?,
        _ output: String
    ) throws {
        let size = size.map { "\($0[0])x\($0[1])" } ?? "any size"
        try Console.output(
            "\(place)/estimator.onnx: \(layout.rawValue) \(color.rawValue) of \(size); \(output)")
        try Console.output(
            "profile.yaml marks what is a guess; look at an image's map to see if it is right:")
    }
}

extension ProfileTemplate.Normalization: ExpressibleByArgument {}
