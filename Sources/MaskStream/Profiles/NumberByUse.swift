/// How much an estimator looks at, by what it is used for, unless the user says otherwise: the more,
/// the more it finds, and the more it costs.
public struct NumberByUse: Sendable, Equatable {
    /// For video, live input included.
    public var video = 1
    /// For video files in which what is relevant is hidden.
    public var invert = 1
    /// For images, each by itself.
    public var images = 1

    /// What the manifest says where it says nothing.
    public init() {}

    /// The number for an input, of which what is relevant may be hidden.
    public func number(isLive: Bool, isImage: Bool, inverts: Bool) -> Int {
        switch (isImage, inverts && !isLive) {
        case (true, true): max(images, invert)
        case (true, false): images
        case (false, true): invert
        case (false, false): video
        }
    }
}

extension NumberByUse {
    /// Reads a key of a manifest's section: one number for all, or a mapping.
    init(_ key: String, of choices: [Int], _ section: ManifestReader) throws {
        guard section.isMapping(key),
            let reader = try section.section(key, keys: ["video", "invert", "images"])
        else {
            video = try section.number(key, of: choices, default: 1)
            (invert, images) = (video, video)
            return
        }
        video = try reader.number("video", of: choices, default: 1)
        invert = try reader.number("invert", of: choices, default: 1)
        images = try reader.number("images", of: choices, default: 1)
    }
}
