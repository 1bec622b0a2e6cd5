import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamAnnotations

struct ExternalMasksTests {
    private let format = FrameFormat(
        width: 2, height: 2, pixelFormat: .gray, frameRate: Rational(10, 1))

    /// Puts masks of four white frames on frames of some times, and tells which ones have a map.
    private func hasMaps(at times: [Int64], damaged: Int?) throws -> [Bool] {
        let folder = try TemporaryFolder()
        let images = (1...4).map { #"{"id":\#($0),"width":2,"height":2}"# }
        let annotations = (1...4).map {
            #"{"image_id":\#($0),"segmentation":{"size":[2,2],"counts":"04"}}"#
        }
        let text = """
            {"images":[\(images.joined(separator: ","))],
            "annotations":[\(annotations.joined(separator: ","))]}
            """
        let path = try folder.write(Data(text.utf8), to: "a.json")
        let masks = try ExternalMasks(path, of: format, hides: false) { _ in }
        var stage = masks.stage()
        var found: [Bool] = []
        for (index, time) in times.enumerated() {
            let frame = Frame.painted(format, pts: time, isDamaged: index == damaged) { _, _, _ in 0
            }
            let work = FrameWork(index: index, source: frame, threshold: 0.5)
            try stage.process(work) { work in
                found.append(work.map?.values == [1, 1, 1, 1])
                #expect(
                    work.miss == (index == damaged ? .damaged : work.map == nil ? .missing : nil))
            }
        }
        return found
    }

    @Test("Order says nothing behind frames that were lost to damage")
    func lostFrames() throws {
        let times: [Int64] = [0, 100, 200, 300]
        #expect(try hasMaps(at: times, damaged: nil) == [true, true, true, true])
        #expect(try hasMaps(at: times, damaged: 1) == [true, false, true, true])
        // A longer frame is no lost one.
        #expect(try hasMaps(at: [0, 200, 300, 400], damaged: nil) == [true, true, true, true])
        #expect(try hasMaps(at: [0, 200, 300], damaged: 1) == [true, false, false])
        #expect(try hasMaps(at: [0, 100, 300], damaged: 1) == [true, false, false])
    }
}
