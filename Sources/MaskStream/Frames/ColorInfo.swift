/// How samples map to colours, in the code points of ITU-T H.273 (0 or 2: unspecified).
public struct ColorInfo: Hashable, Sendable {
    /// Which sample values stand for black and white.
    public enum Range: Sendable {
        /// Black is 16, white 235, neutral chroma 128 (scaled with depth).
        case limited
        /// Black is 0, white the largest value.
        case full
    }

    /// The range in force, also where the stream does not declare it.
    public var range: Range
    /// Whether the stream itself declares its range.
    public var isRangeTagged: Bool
    /// Matrix coefficients: 1 = BT.709, 5 and 6 = BT.601, 9 = BT.2020.
    public var matrix: Int32
    /// Colour primaries.
    public var primaries: Int32
    /// Transfer characteristics: 16 = PQ, 18 = HLG.
    public var transfer: Int32
    /// FFmpeg's `AVChromaLocation`: 0 unspecified, 1 left, 2 centre, 3 top left.
    public var chromaLocation: Int32

    /// Makes a colour description; untagged limited range by default.
    public init(
        range: Range = .limited, isRangeTagged: Bool = false, matrix: Int32 = 2,
        primaries: Int32 = 2, transfer: Int32 = 2, chromaLocation: Int32 = 0
    ) {
        self.range = range
        self.isRangeTagged = isRangeTagged
        self.matrix = matrix
        self.primaries = primaries
        self.transfer = transfer
        self.chromaLocation = chromaLocation
    }

    /// The matrix of untagged frames of a stored height: BT.601 below 720 lines, else BT.709.
    public static func defaultMatrix(height: Int) -> Int32 { height < 720 ? 6 : 1 }

    /// The matrix in force for frames of a stored height: the tagged one where it is known, else
    /// the default.
    public func effectiveMatrix(height: Int) -> Int32 {
        switch matrix {
        case 1, 4...7, 9, 10: matrix
        default: Self.defaultMatrix(height: height)
        }
    }

    /// The luma weights of red and blue for frames of a stored height (ITU-T H.273, 8.3).
    public func lumaWeights(height: Int) -> (red: Float, blue: Float) {
        switch effectiveMatrix(height: height) {
        case 4: (0.30, 0.11)
        case 5, 6: (0.299, 0.114)
        case 7: (0.212, 0.087)
        case 9, 10: (0.2627, 0.0593)
        default: (0.2126, 0.0722)
        }
    }
}
