import Foundation
package import MaskStream

/// Writes one JSON file in COCO's form, a mask for each subject as compressed RLE.
///
/// https://cocodataset.org/#format-data. Frames are images, their subjects annotations with the
/// box of the mask; `attributes` holds the track, the prediction and its confidence.
package struct COCOWriter: AnnotationWriter {
    private struct Image: Encodable {
        let id: Int
        let fileName: String
        let width: Int
        let height: Int
    }

    private struct Annotation: Encodable {
        struct Segmentation: Encodable {
            let size: [Int]
            let counts: String
        }
        struct Attributes: Encodable {
            let trackId: Int
            let prediction: String?
            let confidence: Double?
        }

        let id: Int
        let imageId: Int
        let categoryId = 1
        let segmentation: Segmentation
        let bbox: [Int]
        let area: Int
        let iscrowd = 0
        let attributes: Attributes
    }

    private struct Category: Encodable {
        let id = 1
        let name: String
    }

    private let file: PartFile
    private let category: String
    private let encoder = JSONEncoder()
    private var frames = 0
    private var size = (width: 0, height: 0)
    private var count = 0

    /// Begins a file; `category` is the one kind that subjects have.
    ///
    /// - Throws: `MaskStreamError` with code `inputOutput` where it cannot be written.
    package init(_ file: PartFile, category: String) throws {
        self.file = file
        self.category = category
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try file.write(Data(#"{"annotations":["#.utf8))
    }

    package mutating func add(_ frame: AnnotatedFrame) throws {
        frames += 1
        size = (frame.format.width, frame.format.height)
        for subject in frame.subjects {
            let runs = RunLengths(subject.mask, over: frame.format)
            guard let box = subject.mask.bounds(over: frame.format) else { continue }
            count += 1
            try write(
                Annotation(
                    id: count, imageId: frame.index + 1,
                    segmentation: Annotation.Segmentation(
                        size: [runs.height, runs.width], counts: runs.compressed),
                    bbox: [box.x, box.y, box.width, box.height], area: runs.area,
                    attributes: Annotation.Attributes(
                        trackId: subject.id, prediction: subject.prediction?.label,
                        confidence: subject.prediction.map {
                            Double($0.confidence).rounded(places: 4)
                        })),
                isFirst: count == 1)
        }
    }

    package mutating func finish() throws {
        try file.write(Data("\n],\"categories\":[".utf8))
        try write(Category(name: category), isFirst: true)
        try file.write(Data("\n],\"images\":[".utf8))
        for index in 0..<frames {
            try write(
                Image(
                    id: index + 1, fileName: AnnotatedFrame.name(index) + ".png",
                    width: size.width, height: size.height),
                isFirst: index == 0)
        }
        try file.write(Data("\n]}\n".utf8))
        try file.commit()
    }

    /// Writes an entry of a list on a line of its own.
    private func write(_ entry: some Encodable, isFirst: Bool) throws {
        try file.write(Data((isFirst ? "\n" : ",\n").utf8) + encoder.encode(entry))
    }
}
