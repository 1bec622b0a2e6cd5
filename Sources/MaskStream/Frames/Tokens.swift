/// Patches of images, each of which is a token to a model.
public struct Tokens: Sendable, Equatable, Codable {
    /// Those that are kept.
    public var kept: Int
    /// All of them.
    public var all: Int

    /// Makes a count.
    public init(kept: Int = 0, all: Int = 0) {
        self.kept = kept
        self.all = all
    }

    /// The patches of both.
    public static func + (one: Tokens, other: Tokens) -> Tokens {
        Tokens(kept: one.kept + other.kept, all: one.all + other.all)
    }
}
