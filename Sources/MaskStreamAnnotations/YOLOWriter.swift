import Foundation
package import MaskStream

/// Writes a folder in the form of YOLO's segmentation data sets: `data.yaml`, and a text file for
/// each frame with subjects.
///
/// https://docs.ultralytics.com/datasets/segment/. A line is `class x1 y1 x2 y2 ...`: the outline of
/// the largest part of a subject's mask, as fractions of the frame's width and height. The form has
/// neither holes nor tracks.
package struct YOLOWriter: AnnotationWriter {
    private let folder: PartFolder
    private let category: String

    /// Fills a folder; `category` is the one kind that subjects have.
    package init(_ folder: PartFolder, category: String) {
        self.folder = folder
        self.category = category
    }

    package mutating func add(_ frame: AnnotatedFrame) throws {
        guard !frame.subjects.isEmpty else { return }
        let pixels = frame.format.pixelFormat
        let lines = frame.subjects.map { subject in
            let corners = Outline(subject.mask).corners.flatMap { corner in
                [
                    Self.fraction(corner.x << pixels.chromaShiftX, of: frame.format.width),
                    Self.fraction(corner.y << pixels.chromaShiftY, of: frame.format.height),
                ]
            }
            return "0 \(corners.joined(separator: " "))\n"
        }
        try folder.write(Data(lines.joined().utf8), to: "labels/train/\(frame.name).txt")
    }

    package mutating func finish() throws {
        let text = """
            path: .
            train: images/train
            val: images/train
            names:
              0: \(category)

            """
        try folder.write(Data(text.utf8), to: "data.yaml")
        try folder.commit()
    }

    private static func fraction(_ pixels: Int, of size: Int) -> String {
        "\(min(1, Double(pixels) / Double(size)).rounded(places: 6))"
    }
}
