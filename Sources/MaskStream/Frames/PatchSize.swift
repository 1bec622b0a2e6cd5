/// The size of the patches in which a model sees images, in pixels of the upright frame.
///
/// Vision transformers cut images into patches and make a token of each.
public struct PatchSize: Sendable, Equatable, CustomStringConvertible {
    /// What a side may be: even, so that no patch divides a chroma sample of 4:2:0.
    public static let sides = 4...1024
    static let spelling = "N or NxM, even numbers from 4 to 1024"

    /// The width of a patch.
    public let width: Int
    /// The height of a patch.
    public let height: Int

    /// Makes a size; nil where a side is none of ``sides`` or odd.
    public init?(width: Int, height: Int) {
        guard [width, height].allSatisfy({ Self.sides.contains($0) && $0 % 2 == 0 }) else {
            return nil
        }
        self.width = width
        self.height = height
    }

    /// Reads `28` or `28x14`, width first.
    public init?(_ text: String) {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count <= 2, let width = sides[0], let height = sides[sides.count - 1] else {
            return nil
        }
        self.init(width: width, height: height)
    }

    /// The size as it is written, `28x14`.
    public var description: String { "\(width)x\(height)" }
}
