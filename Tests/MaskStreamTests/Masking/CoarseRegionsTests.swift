import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct CoarseRegionsTests {
    @Test("The regions are the cells of 16 pixels of which nothing is kept, each once")
    func cells() {
        for (seed, pixels) in [PixelFormat.yuv420p, .yuv422p, .yuv444p, .gray].enumerated() {
            for (width, height, share) in [(64, 48, Float(0.01)), (50, 37, 0.004), (7, 90, 0.02)] {
                let format = FrameFormat(width: width, height: height, pixelFormat: pixels)
                let mask = Mask.random(format, seed: seed, share: share)
                var count = [Int](repeating: 0, count: width * height)
                for box in mask.coarseRegions(of: format) {
                    #expect(box.x % 16 == 0 && box.y % 16 == 0)
                    for y in box.y..<box.y + box.height {
                        for x in box.x..<box.x + box.width { count[y * width + x] += 1 }
                    }
                }
                for y in 0..<height {
                    for x in 0..<width {
                        let cell = Box(
                            x: x / 16 * 16, y: y / 16 * 16, width: min(16, width - x / 16 * 16),
                            height: min(16, height - y / 16 * 16))
                        let isKept = mask.keepsAny(of: cell, in: format)
                        #expect(count[y * width + x] == (isKept ? 0 : 1), "\(x), \(y) \(format)")
                    }
                }
            }
        }
    }

    @Test("Rows that are alike are one rectangle")
    func rectangles() {
        let format = FrameFormat(width: 100, height: 70, pixelFormat: .gray)
        var mask = Mask(width: 100, height: 70)
        #expect(
            mask.coarseRegions(of: format) == [Box(x: 0, y: 0, width: 100, height: 70)])
        // One pixel of the cell at 32, 16.
        mask.cells[20 * 100 + 40] = Mask.kept
        #expect(
            mask.coarseRegions(of: format) == [
                Box(x: 0, y: 0, width: 100, height: 16), Box(x: 0, y: 16, width: 32, height: 16),
                Box(x: 48, y: 16, width: 52, height: 16), Box(x: 0, y: 32, width: 100, height: 38),
            ])
        #expect(Mask(width: 100, height: 70, keepsAll: true).coarseRegions(of: format).isEmpty)
    }

    @Test("A frame without a mask is marked whole, and its samples are the decoded ones")
    func stage() throws {
        let format = FrameFormat(width: 32, height: 32)
        var stage = CoarseStage()
        var seen = 0
        for mask in [nil, Mask.random(format, seed: 1)] {
            let frame = Frame.noise(format, seed: 2)
            var work = FrameWork(index: 0, source: frame, threshold: 0.5)
            work.mask = mask
            try stage.process(work) { work in
                seen += 1
                #expect(work.output?.buffer === frame.buffer)
                #expect(work.output?.coarse.isEmpty == (mask != nil))
            }
        }
        #expect(seen == 2)
    }
}
