import Foundation
import MaskStream
import MaskStreamTestSupport

@testable import MaskStreamFFmpeg

/// What a source delivered, in a form that can be compared.
struct Reading {
    var format: FrameFormat
    var pts: [Int64] = []
    var damaged: [Bool] = []
    /// Frames with which the source became another one.
    var scenes: [Int] = []
    /// All planes of all frames, rows without padding.
    var bytes = Data()
    var error: MaskStreamError?
    var warnings: [MediaWarning] = []
    var statistics = InputStatistics()
    var isImage = false

    /// Reads an input to its end.
    init(_ options: InputOptions) throws {
        FFmpegLog.capture()
        let warnings = Confined<[MediaWarning]>([], label: "test.warnings")
        let source = try FFmpegSource(options) { warning in warnings.sync { $0.append(warning) } }
        try self.init(source)
        self.warnings = warnings.sync { $0 }
    }

    init(_ path: String) throws { try self.init(InputOptions(path)) }

    init(_ source: FFmpegSource) throws {
        format = source.format
        isImage = source.isImage
        do {
            while let frame = try source.next() {
                pts.append(frame.pts)
                damaged.append(frame.isDamaged)
                if frame.beginsScene { scenes.append(pts.count - 1) }
                bytes.append(planes(of: frame.buffer))
            }
        } catch let failure as MaskStreamError { error = failure }
        statistics = source.statistics
    }

    /// Times in seconds.
    var times: [Double] { pts.map { Double($0) * format.timeBase.value } }
}

/// A picture's planes one after the other, rows without padding.
func planes(of buffer: PixelBuffer) -> Data {
    var bytes = Data()
    for index in 0..<buffer.format.planeCount {
        buffer.withPlane(index) { plane in
            for y in 0..<plane.height {
                bytes.append(
                    plane.row(y, as: UInt8.self), count: plane.width * buffer.format.bytesPerSample)
            }
        }
    }
    return bytes
}

/// The error of an input that must not open.
func openingError(_ options: InputOptions) -> MaskStreamError? {
    do {
        _ = try FFmpegSource(options)
        return nil
    } catch { return error as? MaskStreamError }
}
