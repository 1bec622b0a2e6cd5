import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamAnnotations

struct AnnotationWriterTests {
    private static let format = FrameFormat(width: 8, height: 4, pixelFormat: .yuv420p)

    /// Three frames: two subjects, one of which has gone and come back.
    private static func frames() throws -> [AnnotatedFrame] {
        let happy = try #require(Prediction(labels: ["a<b", "c"], scores: [0.75, 0.25]))
        let left = AnnotatedFrame.Subject(
            id: 1, prediction: happy, mask: Mask(["##..", "##.."]))
        let right = AnnotatedFrame.Subject(id: 2, prediction: nil, mask: Mask(["...#", "...."]))
        return [[left, right], [left], [right]].enumerated().map { index, subjects in
            AnnotatedFrame(
                index: index, format: format, mask: Mask(["##.#", "##.."]), subjects: subjects)
        }
    }

    private static func write(
        _ make: (TemporaryFolder) throws -> any AnnotationWriter
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var writer = try make(folder)
        for frame in try frames() { try writer.add(frame) }
        try writer.finish()
        return folder
    }

    private static func part(_ folder: TemporaryFolder, _ name: String) throws -> PartFile {
        try PartFile(
            folder.path(name), "the output", replaces: false, reads: ReadFiles())
    }

    @Test("COCO: one line for each annotation, category and image")
    func coco() throws {
        let folder = try Self.write {
            try COCOWriter(try Self.part($0, "a.json"), category: "face")
        }
        let text = try String(contentsOfFile: folder.path("a.json"), encoding: .utf8)
        #expect(
            text == """
                {"annotations":[
                {"area":16,"attributes":{"confidence":0.75,"prediction":"a<b","track_id":1},"bbox":[0,0,4,4],"category_id":1,"id":1,"image_id":1,"iscrowd":0,"segmentation":{"counts":"0`0`0","size":[4,8]}},
                {"area":4,"attributes":{"track_id":2},"bbox":[6,0,2,2],"category_id":1,"id":2,"image_id":1,"iscrowd":0,"segmentation":{"counts":"h02200","size":[4,8]}},
                {"area":16,"attributes":{"confidence":0.75,"prediction":"a<b","track_id":1},"bbox":[0,0,4,4],"category_id":1,"id":3,"image_id":2,"iscrowd":0,"segmentation":{"counts":"0`0`0","size":[4,8]}},
                {"area":4,"attributes":{"track_id":2},"bbox":[6,0,2,2],"category_id":1,"id":4,"image_id":3,"iscrowd":0,"segmentation":{"counts":"h02200","size":[4,8]}}
                ],"categories":[
                {"id":1,"name":"face"}
                ],"images":[
                {"file_name":"000000.png","height":4,"id":1,"width":8},
                {"file_name":"000001.png","height":4,"id":2,"width":8},
                {"file_name":"000002.png","height":4,"id":3,"width":8}
                ]}

                """)
    }

    @Test("CVAT: a track for each subject, outside where it is gone")
    func cvat() throws {
        let folder = try Self.write {
            CVATWriter(try Self.part($0, "a.xml"), category: "face", source: "talk & more.mp4")
        }
        let text = try String(contentsOfFile: folder.path("a.xml"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains("<source>talk &amp; more.mp4</source>"))
        #expect(lines.contains("<stop_frame>2</stop_frame>"))
        let tracks = lines[lines.firstIndex { $0.hasPrefix("<track") }.map { $0... } ?? 0...]
        func box(_ frame: Int, _ outside: Int, _ place: String, _ label: String = "") -> String {
            "<box frame=\"\(frame)\" outside=\"\(outside)\" occluded=\"0\" keyframe=\"1\" \(place) "
                + "z_order=\"0\"><attribute name=\"prediction\">\(label)</attribute></box>"
        }
        let left = #"xtl="0" ytl="0" xbr="4" ybr="4""#
        let right = #"xtl="6" ytl="0" xbr="8" ybr="2""#
        #expect(
            Array(tracks) == [
                #"<track id="0" label="face" source="auto">"#,
                box(0, 0, left, "a&lt;b"), box(1, 0, left, "a&lt;b"), box(2, 1, left, "a&lt;b"),
                "</track>",
                #"<track id="1" label="face" source="auto">"#,
                box(0, 0, right), box(1, 1, right), box(2, 0, right), "</track>",
                "</annotations>",
            ])
    }

    @Test("YOLO: outlines as fractions; a frame without subjects has no file")
    func yolo() throws {
        let folder = try Self.write {
            YOLOWriter(try PartFolder($0.path("a"), "the output"), category: "face")
        }
        let text = try String(
            contentsOfFile: folder.path("a/labels/train/000000.txt"), encoding: .utf8)
        #expect(
            text == "0 0.0 0.0 0.5 0.0 0.5 1.0 0.0 1.0\n0 0.75 0.0 1.0 0.0 1.0 0.5 0.75 0.5\n")
        let data = try String(contentsOfFile: folder.path("a/data.yaml"), encoding: .utf8)
        #expect(data.contains("  0: face\n"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("a.part")))
    }

    @Test("MOTS: pixels of 16 bits hold class and track")
    func mots() throws {
        let folder = try Self.write { MOTSWriter(try PartFolder($0.path("a"), "the output")) }
        let pixels = try Clips.rawVideo(folder.path("a/000000.png"), pixelFormat: "gray16le")
        let values = stride(from: 0, to: pixels.count, by: 2).map {
            Int(pixels[$0]) + Int(pixels[$0 + 1]) << 8
        }
        let row = [2001, 2001, 2001, 2001, 0, 0]
        #expect(
            values == (row + [2002, 2002]) + (row + [2002, 2002]) + (row + [0, 0]) + (row + [0, 0]))
    }

    @Test("MOTS has no room for a thousand tracks")
    func tooMany() throws {
        let folder = try TemporaryFolder()
        var writer = MOTSWriter(try PartFolder(folder.path("a"), "the output"))
        let subject = AnnotatedFrame.Subject(
            id: 1000, prediction: nil, mask: Mask(["#...", "...."]))
        let error = try #require(throws: MaskStreamError.self) {
            try writer.add(
                AnnotatedFrame(index: 0, format: Self.format, mask: nil, subjects: [subject]))
        }
        #expect(error.code == .badData && error.hint?.contains("coco") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }

    @Test("Mattes: white where the frame is kept, black without a mask")
    func mattes() throws {
        let folder = try TemporaryFolder()
        var writer = MatteWriter(try PartFolder(folder.path("a"), "the output"))
        for (index, mask) in [Mask(["##.#", "##.."]), nil].enumerated() {
            try writer.add(
                AnnotatedFrame(index: index, format: Self.format, mask: mask, subjects: []))
        }
        try writer.finish()
        let first = try Clips.rawVideo(folder.path("a/000000.png"), pixelFormat: "gray")
        let rows: [[UInt8]] = [
            [255, 255, 255, 255, 0, 0, 255, 255], [255, 255, 255, 255, 0, 0, 0, 0],
        ]
        #expect(Array(first) == rows[0] + rows[0] + rows[1] + rows[1])
        let second = try Clips.rawVideo(folder.path("a/000001.png"), pixelFormat: "gray")
        #expect(Array(second) == [UInt8](repeating: 0, count: 32))
    }

    @Test("A folder is not written over, and not beside what another run fills")
    func taken() throws {
        let folder = try TemporaryFolder()
        _ = try PartFolder(folder.path("a"), "the output")
        for name in ["a", "a/"] {
            let error = try #require(throws: MaskStreamError.self) {
                try PartFolder(folder.path(name), "the output")
            }
            #expect(error.code == .cannotCreate && error.message.contains("a.part"))
        }
        _ = try folder.write(Data(), to: "b")
        #expect(throws: MaskStreamError.self) { try PartFolder(folder.path("b"), "the output") }
    }
}
