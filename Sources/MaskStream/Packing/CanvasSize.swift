/// The size of a canvas on which subjects are packed, in pixels of the upright canvas.
public struct CanvasSize: Sendable, Hashable, CustomStringConvertible {
    /// What a side may be.
    public static let sides = 16...8192
    /// The sides as an option's help names them.
    package static let spelling = "two numbers from 16 to 8192"

    /// The width of the canvas.
    public let width: Int
    /// The height of the canvas.
    public let height: Int

    /// Makes a size; nil where a side is none of ``sides``.
    public init?(width: Int, height: Int) {
        guard Self.sides.contains(width), Self.sides.contains(height) else { return nil }
        self.width = width
        self.height = height
    }

    /// Reads `640x480`, width first.
    public init?(_ text: String) {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
        self.init(width: width, height: height)
    }

    /// The size as it is written, `640x480`.
    public var description: String { "\(width)x\(height)" }

    /// The format of canvases for frames of a format: these frames in another size.
    ///
    /// A canvas is turned as its frames are, so that it has the canvas's size once it is upright.
    func format(for frames: FrameFormat) -> FrameFormat {
        let stored = frames.orientation.inverse.displayed(width: width, height: height)
        var format = frames.resized(width: stored.width, height: stored.height)
        format.fields = .progressive
        return format
    }
}
