/// By how much an estimator's area is multiplied, unless the user says otherwise: the more it
/// sees, the smaller the things that it finds, and the more it costs.
public struct DetailSpec: Sendable, Equatable {
    /// The factors that are legal.
    public static let choices = [1, 2, 4, 8, 16]

    /// For video, live input included.
    public var video = 1
    /// For video files in which what is relevant is hidden.
    public var invert = 1
    /// For images, each by itself.
    public var images = 1

    /// What the manifest says where it says nothing.
    public init() {}

    /// The factor for an input, of which what is relevant may be hidden.
    public func factor(isLive: Bool, isImage: Bool, inverts: Bool) -> Int {
        switch (isImage, inverts && !isLive) {
        case (true, true): max(images, invert)
        case (true, false): images
        case (false, true): invert
        case (false, false): video
        }
    }
}

extension DetailSpec {
    /// Reads the key `detail` of a manifest's section: one number for all, or a mapping.
    init(_ input: ManifestReader) throws {
        guard input.isMapping("detail"),
            let reader = try input.section("detail", keys: ["video", "invert", "images"])
        else {
            video = try input.number("detail", of: Self.choices, default: 1)
            (invert, images) = (video, video)
            return
        }
        video = try reader.number("video", of: Self.choices, default: 1)
        invert = try reader.number("invert", of: Self.choices, default: 1)
        images = try reader.number("images", of: Self.choices, default: 1)
    }
}
