import Foundation
package import MaskStream
import MaskStreamWeb

/// Writes an XML file in the form *CVAT for video 1.1*: a track for each subject, of boxes around
/// its mask.
///
/// https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/. Tracks come one after the
/// other in such a file, so all boxes are held until the end: 32 bytes each.
package struct CVATWriter: AnnotationWriter {
    private struct Shape {
        let frame: Int32
        let box: SIMD4<Int32>
        /// Where the prediction's name is in ``labels``; none below 0.
        let label: Int32
    }

    private let file: PartFile
    private let category: String
    private let source: String
    private var tracks: [[Shape]] = []
    private var labels: [String] = []
    private var frames = 0
    private var size = (width: 0, height: 0)

    /// Takes a file; `category` is the one kind that subjects have, `source` the video's name.
    package init(_ file: PartFile, category: String, source: String) {
        self.file = file
        self.category = category
        self.source = source
    }

    package mutating func add(_ frame: AnnotatedFrame) throws {
        frames += 1
        size = (frame.format.width, frame.format.height)
        for subject in frame.subjects {
            guard let box = subject.mask.bounds(over: frame.format) else { continue }
            while tracks.count < subject.id { tracks.append([]) }
            tracks[subject.id - 1].append(
                Shape(
                    frame: Int32(frame.index),
                    box: SIMD4(
                        Int32(box.x), Int32(box.y), Int32(box.x + box.width),
                        Int32(box.y + box.height)),
                    label: number(of: subject.prediction?.label)))
        }
    }

    package mutating func finish() throws {
        try write(head)
        for (id, shapes) in tracks.enumerated() {
            try write("<track id=\"\(id)\" label=\"\(category)\" source=\"auto\">\n")
            for (shape, next) in zip(shapes, shapes.dropFirst().map(Optional.some) + [nil]) {
                try write(box(shape, isOutside: false))
                let after = Int(shape.frame) + 1
                if after < frames, next.map({ Int($0.frame) != after }) ?? true {
                    try write(box(shape, at: after, isOutside: true))
                }
            }
            try write("</track>\n")
        }
        try write("</annotations>\n")
        try file.commit()
    }

    private mutating func number(of label: String?) -> Int32 {
        guard let label else { return -1 }
        if let known = labels.firstIndex(of: label) { return Int32(known) }
        labels.append(label)
        return Int32(labels.count - 1)
    }

    private var head: Markup {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <annotations>
        <version>1.1</version>
        <meta>
        <task>
        <size>\(frames)</size>
        <mode>interpolation</mode>
        <start_frame>0</start_frame>
        <stop_frame>\(max(0, frames - 1))</stop_frame>
        <labels>
        <label>
        <name>\(category)</name>
        <attributes>
        <attribute>
        <name>prediction</name>
        <mutable>True</mutable>
        <input_type>text</input_type>
        <default_value></default_value>
        <values></values>
        </attribute>
        </attributes>
        </label>
        </labels>
        <original_size>
        <width>\(size.width)</width>
        <height>\(size.height)</height>
        </original_size>
        </task>
        <source>\(source)</source>
        </meta>

        """
    }

    /// A box of a track; outside where the subject is gone.
    private func box(_ shape: Shape, at frame: Int? = nil, isOutside: Bool) -> Markup {
        let label = shape.label < 0 ? "" : labels[Int(shape.label)]
        let place: Markup =
            "xtl=\"\(Int(shape.box[0]))\" ytl=\"\(Int(shape.box[1]))\" xbr=\"\(Int(shape.box[2]))\" ybr=\"\(Int(shape.box[3]))\""
        return """
            <box frame="\(frame ?? Int(shape.frame))" outside="\(isOutside ? 1 : 0)" occluded="0" \
            keyframe="1" \(place) z_order="0"><attribute name="prediction">\(label)</attribute></box>

            """
    }

    private func write(_ markup: Markup) throws { try file.write(Data(markup.source.utf8)) }
}
