import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ToneMapTests {
    private static func color(_ transfer: Int32, wide: Bool = false) -> ColorInfo {
        ColorInfo(primaries: wide ? 9 : 1, transfer: transfer)
    }

    @Test("Pictures of standard range are left alone", arguments: [1, 2, 6, 13, 14] as [Int32])
    func standard(transfer: Int32) {
        #expect(ToneMap(Self.color(transfer)) == nil)
    }

    @Test("Signals of known light become what a display of standard range shows")
    func known() throws {
        // PQ: 100 and 203 cd/m² and the greatest; HLG: reference white is 0.75.
        let cases: [(transfer: Int32, signal: Float, shown: Float)] = [
            (16, 0, 0), (16, 0.508, 0.745), (16, 0.5806, 0.96), (16, 1, 1),
            (18, 0, 0), (18, 0.75, 0.96), (18, 1, 1),
        ]
        for (transfer, signal, shown) in cases {
            let map = try #require(ToneMap(Self.color(transfer)))
            for planes in [[[signal]], [[signal], [signal], [signal]]] {
                for plane in map.map(planes) {
                    #expect(abs(plane[0] - shown) < 0.01, "\(transfer) \(signal): \(plane[0])")
                }
            }
        }
    }

    @Test("What is brighter stays brighter, and grey stays grey")
    func monotone() throws {
        for transfer in [16, 18] as [Int32] {
            let map = try #require(ToneMap(Self.color(transfer, wide: true)))
            let ramp = (0...100).map { Float($0) / 100 }
            let mapped = map.map([ramp, ramp, ramp])
            #expect(zip(mapped[0], mapped[0].dropFirst()).allSatisfy { $0 <= $1 })
            for (index, red) in mapped[0].enumerated() {
                #expect(abs(mapped[1][index] - red) < 0.01 && abs(mapped[2][index] - red) < 0.01)
            }
        }
    }

    @Test("Models see a face of the same brightness whichever way it was encoded")
    func sampled() {
        func sample(_ transfer: Int32, level: Int) -> [Float] {
            var format = FrameFormat(width: 16, height: 8, pixelFormat: .gray)
            format.color = ColorInfo(range: .full, transfer: transfer)
            let frame = Frame.painted(format) { _, _, _ in level }
            return FrameSampler(format: format, width: 4, height: 2, isGray: false).sample(frame)
        }
        // 100 cd/m²: 0.508 of the range in PQ, the signal 0.745 at gamma 2.4.
        let (high, standard) = (sample(16, level: 130), sample(1, level: 190))
        #expect(high.count == 24)
        #expect(zip(high, standard).allSatisfy { abs($0 - $1) < 0.02 })
    }
}
