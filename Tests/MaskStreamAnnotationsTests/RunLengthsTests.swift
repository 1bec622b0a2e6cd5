import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamAnnotations

extension Mask {
    /// A mask drawn with `#` for what is kept.
    init(_ rows: [String]) {
        self.init(width: rows[0].count, height: rows.count)
        cells = rows.joined().map { $0 == "#" ? Mask.kept : 0 }
    }
}

struct RunLengthsTests {
    /// What `pycocotools.mask.encode` gives for the same pixels.
    @Test(
        "The text is COCO's",
        arguments: [
            (["....", ".##.", ".##.", "...."], "52203", 4),
            (["#"], "01", 1), (["."], "1", 0),
            (["##", "##"], "04", 4), ([".#", "#."], "121", 2),
        ])
    func text(rows: [String], counts: String, area: Int) {
        let format = FrameFormat(width: rows[0].count, height: rows.count, pixelFormat: .gray)
        let runs = RunLengths(Mask(rows), over: format)
        #expect(runs.compressed == counts && runs.area == area)
        #expect(runs.counts.reduce(0, +) == format.width * format.height)
    }

    @Test(
        "What is written is read again",
        arguments: [["....", ".##.", ".##.", "...."], ["#"], ["."], ["##", "##"], [".#", "#."]])
    func reading(rows: [String]) throws {
        let format = FrameFormat(width: rows[0].count, height: rows.count, pixelFormat: .gray)
        let (width, height) = (format.width, format.height)
        let runs = RunLengths(Mask(rows), over: format)
        for read in [
            RunLengths(compressed: runs.compressed, width: width, height: height),
            RunLengths(counts: runs.counts, width: width, height: height),
        ] {
            #expect(read == runs)
            var image = WhitePixels(width: width, height: height)
            read?.whiten(&image)
            #expect(image.isWhite == rows.joined().map { $0 == "#" })
        }
    }

    @Test(
        "What is no mask of four pixels",
        arguments: ["", "3", "5", "1111", "12O", "~", "P", "1", "ooooooooo"])
    func damaged(text: String) {
        #expect(RunLengths(compressed: text, width: 2, height: 2) == nil)
        #expect(RunLengths(counts: [1, -1, 4], width: 2, height: 2) == nil)
        #expect(RunLengths(counts: [.max, .max], width: 2, height: 2) == nil)
    }

    @Test("Long runs and runs shorter than those before them")
    func large() {
        let format = FrameFormat(width: 300, height: 200, pixelFormat: .gray)
        var mask = Mask(width: 300, height: 200)
        for y in 50..<150 {
            for x in 100..<250 { mask.cells[y * 300 + x] = Mask.kept }
        }
        let runs = RunLengths(mask, over: format)
        let zeros = String(repeating: "0", count: 297)
        #expect(runs.compressed == "bbc0T3T3\(zeros)nf9" && runs.area == 15000)
    }

    @Test("A cell of the chroma grid is all its pixels, at odd edges those that are there")
    func chroma() {
        let format = FrameFormat(width: 5, height: 3, pixelFormat: .yuv420p)
        let mask = Mask([".#.", "..#"])
        #expect(RunLengths(mask, over: format).counts == [6, 2, 1, 2, 3, 1])
        #expect(mask.bounds(over: format) == Box(x: 2, y: 0, width: 3, height: 3))
        #expect(Mask(["...", "..."]).bounds(over: format) == nil)
    }
}
