import CFFmpeg
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// A conversion that fails leaves what was in the target's memory: it must be an error.
@Suite struct ScalingTests {
    @Test(arguments: [ms_averror(EINVAL), 0, 47, 49])
    func anythingButAllRowsIsAnError(rows: Int32) {
        #expect(throws: (any Error).self) { try Scaler.check(rows: rows, of: 48) }
        #expect(throws: Never.self) { try Scaler.check(rows: 48, of: 48) }
    }

    /// Every pair that is converted on the way in or out says how many rows it wrote.
    @Test(arguments: ["monow", "rgb565le", "bgr8", "gbrpf32le"])
    func everyConversionTellsItsRows(kind: String) throws {
        let folder = try TemporaryFolder()
        let clip = try Clips.make(
            "in.nut", in: folder,
            Clips.testSource("66x49", seconds: 0.2)
                + ["-c:v", "rawvideo", "-pix_fmt", kind, "-strict", "-1"])
        let source = try FFmpegSource(InputOptions(clip))
        var frames = 0
        while try source.next() != nil { frames += 1 }
        #expect(frames == 5)
    }

    @Test func aFrameWithoutMemoryIsAnError() throws {
        func side(_ format: AVPixelFormat) -> Scaler.Side {
            Scaler.Side(width: 16, height: 16, format: format, color: ColorInfo())
        }
        let frame = try MediaFrame()
        frame.pointer.pointee.format = AV_PIX_FMT_RGB565LE.rawValue
        frame.pointer.pointee.width = 16
        frame.pointer.pointee.height = 16
        let scaler = try #require(
            Scaler(from: side(AV_PIX_FMT_RGB565LE), to: side(AV_PIX_FMT_GBRP), .bicubic))
        #expect(throws: FFmpegError.self) { _ = try scaler.convert(frame) }
    }

    @Test(
        "Gray gets neutral chroma, whatever the memory held",
        arguments: [8, 16], [AV_PIX_FMT_NV12, AV_PIX_FMT_NV21])
    func grayGetsNeutralChroma(depth: Int, target: AVPixelFormat) throws {
        let (width, height) = (64, 48)
        func side(_ format: AVPixelFormat) -> Scaler.Side {
            Scaler.Side(
                width: width, height: height, format: format, color: ColorInfo(range: .full))
        }
        func chroma(_ frame: MediaFrame) throws -> UnsafeMutableBufferPointer<UInt8> {
            let start = try #require(frame.pointer.pointee.data.1)
            let count = Int(frame.pointer.pointee.linesize.1) * height / 2
            return UnsafeMutableBufferPointer(start: start, count: count)
        }
        let name = try #require(PixelFormat(.gray, bitDepth: depth).avPixelFormat)
        let scaler = try #require(Scaler(from: side(name), to: side(target), .area))
        let gray = try MediaFrame(name, width: width, height: height)
        try #require(gray.pointer.pointee.data.0).update(
            repeating: 100, count: Int(gray.pointer.pointee.linesize.0) * height)
        // Memory that is freed with content in it comes back for the next frames.
        var stale: [MediaFrame] = []
        for _ in 0..<8 {
            let frame = try MediaFrame(target, width: width, height: height)
            try chroma(frame).update(repeating: 7)
            stale.append(frame)
        }
        stale.removeAll()
        let result = try scaler.convert(gray)
        let stride = Int(result.pointer.pointee.linesize.1)
        let written = try chroma(result).enumerated().filter { $0.offset % stride < width }
        #expect(written.allSatisfy { $0.element == 128 })
    }

    @Test("Planes of another range are converted", arguments: [Scaler.Filter.bicubic, .area])
    func ranges(filter: Scaler.Filter) throws {
        for layout in [PixelFormat.yuv420p, .yuv444p, PixelFormat(.yuv, bitDepth: 10)] {
            let name = try #require(layout.avPixelFormat)
            func side(_ range: ColorInfo.Range) -> Scaler.Side {
                Scaler.Side(width: 16, height: 16, format: name, color: ColorInfo(range: range))
            }
            let shift = layout.bitDepth - 8
            let white = solidFrame(layout, samples: [235, 128, 128].map { $0 << shift })
            let scaler = try #require(Scaler(from: side(.limited), to: side(.full), filter))
            let scaled = try scaler.convert(MediaFrame(lending: white, as: name))
            let buffer = try #require(try scaled.shared(as: layout))
            #expect(abs(firstSample(of: buffer) - layout.maxValue) <= 3, "\(layout)")
        }
    }
}

/// A frame of 16x16 pixels, each plane of one value.
func solidFrame(_ layout: PixelFormat, samples: [Int]) -> PixelBuffer {
    var buffer = MutablePixelBuffer(format: layout, width: 16, height: 16)
    for index in 0..<layout.planeCount {
        buffer.withPlane(index) { plane in
            for y in 0..<plane.height {
                for x in 0..<plane.width {
                    if layout.bytesPerSample == 1 {
                        plane.row(y, as: UInt8.self)[x] = UInt8(samples[index])
                    } else {
                        plane.row(y, as: UInt16.self)[x] = UInt16(samples[index])
                    }
                }
            }
        }
    }
    return buffer.freeze()
}

private func firstSample(of buffer: PixelBuffer) -> Int {
    buffer.withPlane(0) { plane in
        buffer.format.bytesPerSample == 1
            ? Int(plane.row(0, as: UInt8.self)[0]) : Int(plane.row(0, as: UInt16.self)[0])
    }
}
