public import MaskStream

/// Reads the confidence maps that a ``MapSink`` wrote, one after another.
public struct MapSource {
    private let source: FFmpegSource
    private let name: String
    /// When the last map's frame was shown, in seconds to the millisecond; nil before the first.
    private(set) var time: Double?

    /// Opens a file.
    ///
    /// - Throws: `MaskStreamError` with code `noInput`, `badData` for what holds no such maps.
    public init(_ path: String) throws {
        source = try FFmpegSource(InputOptions(path))
        name = path
        guard source.format.pixelFormat == .gray16 else {
            throw MaskStreamError(
                .badData,
                "the confidence maps are \(source.format.pixelFormat), not gray16 (\(path))",
                hint: "analyze the input again")
        }
    }

    /// Goes on with the first map of a time or later, in seconds to the millisecond.
    ///
    /// - Throws: what ``next()`` throws.
    mutating func skip(to time: Double) throws {
        _ = try source.skip(to: max(0, time - source.origin - 0.0005))
    }

    /// The next map, upright; nil behind the last.
    ///
    /// - Throws: `MaskStreamError` with code `badData` for a damaged one.
    public mutating func next() throws -> ConfidenceMap? {
        guard let frame = try source.next() else { return nil }
        guard !frame.isDamaged else {
            throw MaskStreamError(
                .badData, "a confidence map is damaged (\(name))",
                hint: "analyze the input again")
        }
        time = frame.time
        let (width, height) = (frame.format.width, frame.format.height)
        let samples = frame.buffer.withPlane(0) { plane in
            (0..<height).flatMap { y in
                UnsafeBufferPointer(start: plane.row(y, as: UInt16.self), count: width)
            }
        }
        return ConfidenceMap(width: width, height: height, fixedPoint: samples)
    }
}
