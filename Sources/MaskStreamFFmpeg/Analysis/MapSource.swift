public import MaskStream

/// Reads the confidence maps that a ``MapSink`` wrote, one after another.
public struct MapSource {
    private let source: FFmpegSource
    private let name: String

    /// Opens a file.
    ///
    /// - Throws: ``MaskStreamError`` with code `noInput`, `badData` for what holds no such maps.
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

    /// The next map, upright; nil behind the last.
    ///
    /// - Throws: ``MaskStreamError`` with code `badData` for a damaged one.
    public mutating func next() throws -> ConfidenceMap? {
        guard let frame = try source.next() else { return nil }
        guard !frame.isDamaged else {
            throw MaskStreamError(
                .badData, "a confidence map is damaged (\(name))",
                hint: "analyze the input again")
        }
        let (width, height) = (frame.format.width, frame.format.height)
        let samples = frame.buffer.withPlane(0) { plane in
            (0..<height).flatMap { y in
                UnsafeBufferPointer(start: plane.row(y, as: UInt16.self), count: width)
            }
        }
        return ConfidenceMap(width: width, height: height, fixedPoint: samples)
    }
}
