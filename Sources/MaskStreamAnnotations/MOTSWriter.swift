import Foundation
package import MaskStream
import MaskStreamFFmpeg

/// Writes a folder in the form of MOTS: for each frame a PNG of 16 bits, whose pixels are
/// `1000 * class + track`.
///
/// https://github.com/VisualComputingInstitute/mots_tools. The class is 2, people; 0 is no subject.
package struct MOTSWriter: AnnotationWriter {
    private static let person = 2
    private static let most = 999

    private let folder: PartFolder

    /// Fills a folder.
    package init(_ folder: PartFolder) { self.folder = folder }

    package mutating func add(_ frame: AnnotatedFrame) throws {
        let (width, height) = (frame.format.width, frame.format.height)
        var rows = [UInt8](repeating: 0, count: 2 * width * height)
        for subject in frame.subjects {
            guard subject.id <= Self.most else {
                throw MaskStreamError(
                    .badData, "MOTS has no room for more than \(Self.most) tracks",
                    hint: "export a part of the video, or to coco, which has no such limit")
            }
            let value = 1000 * Self.person + subject.id
            for y in 0..<height {
                for x in 0..<width where frame.format.cell(x, y, of: subject.mask) != 0 {
                    rows[2 * (y * width + x)] = UInt8(value >> 8)
                    rows[2 * (y * width + x) + 1] = UInt8(value & 0xff)
                }
            }
        }
        let png = try ImageEncoder.png(rows, width: width, height: height)
        try folder.write(Data(png), to: "\(frame.name).png")
    }

    package mutating func finish() throws { try folder.commit() }
}
