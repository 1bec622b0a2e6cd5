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
        try self.init(key, section) { try $0.number($1, of: choices, default: 1) }
    }

    /// The same for any number in a range.
    init(_ key: String, in range: ClosedRange<Int>, _ section: ManifestReader) throws {
        try self.init(key, section) { try $0.int($1, in: range, default: 1) }
    }

    private init(
        _ key: String, _ section: ManifestReader, read: (ManifestReader, String) throws -> Int
    ) throws {
        guard section.isMapping(key),
            let reader = try section.section(key, keys: ["video", "invert", "images"])
        else {
            video = try read(section, key)
            (invert, images) = (video, video)
            return
        }
        video = try read(reader, "video")
        invert = try read(reader, "invert")
        images = try read(reader, "images")
    }
}
