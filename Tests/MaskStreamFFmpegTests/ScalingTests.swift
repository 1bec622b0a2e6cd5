import CFFmpeg
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// A conversion that fails leaves what was in the target's memory: it must be an error.
@Suite struct ScalingTests {
    @Test(arguments: [ms_averror(EINVAL), 0, 47, 49])
    func anythingButAllRowsIsAnError(rows: Int32) {
        #expect(throws: (any Error).self) { try checkScaled(rows, of: 48, "input") }
        #expect(throws: Never.self) { try checkScaled(48, of: 48, "input") }
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
        let frame = try EncodedPicture()
        frame.pointer.pointee.format = AV_PIX_FMT_RGB565LE.rawValue
        frame.pointer.pointee.width = 16
        frame.pointer.pointee.height = 16
        var target = MutablePixelBuffer(format: .gbrp, width: 16, height: 16)
        let scaler = ms_scaler(16, 16, AV_PIX_FMT_RGB565LE, 16, 16, AV_PIX_FMT_GBRP)
        defer { ms_scaler_free(scaler) }
        var planes: [UnsafeMutablePointer<UInt8>?] = [nil, nil, nil, nil]
        var strides: [Int32] = [16, 16, 16, 0]
        for index in 0..<3 {
            target.withPlane(index) { planes[index] = $0.base.assumingMemoryBound(to: UInt8.self) }
            strides[index] = Int32(target.withPlane(index) { $0.stride })
        }
        let rows = ms_scale(scaler, frame.pointer, &planes, &strides)
        #expect(throws: FFmpegError.self) { try checkScaled(rows, of: 16, "input") }
    }
}
