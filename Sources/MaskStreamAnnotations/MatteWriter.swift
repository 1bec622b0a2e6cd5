import Foundation
package import MaskStream
import MaskStreamFFmpeg

/// Writes a folder of mattes: for each frame a grey PNG, white where the frame is kept.
package struct MatteWriter: AnnotationWriter {
    private let folder: PartFolder

    /// Fills a folder.
    package init(_ folder: PartFolder) { self.folder = folder }

    package mutating func add(_ frame: AnnotatedFrame) throws {
        let (width, height) = (frame.format.width, frame.format.height)
        var rows = [UInt8](repeating: 0, count: width * height)
        if let mask = frame.mask {
            for y in 0..<height {
                for x in 0..<width { rows[y * width + x] = frame.format.cell(x, y, of: mask) }
            }
        }
        let png = try ImageEncoder.png(rows, width: width, height: height)
        try folder.write(Data(png), to: "\(frame.name).png")
    }

    package mutating func finish() throws { try folder.commit() }
}
