import MaskStream

/// What the images of a folder are called in the output folder.
///
/// `x.jpg` becomes `x.png`. Where that would be the name of two, as with `x.jpg` and `x.webp`, each
/// keeps its extension: `x.jpg.png` and `x.webp.png`. No name depends on what is in the output
/// folder.
struct ImageNames: Sendable {
    private let ending: String
    /// Names without extension that stand for more than one image; bytes, as file names are.
    private var shared: Set<[UInt8]> = []

    init(_ images: [String], ending: String) {
        self.ending = ending
        var stems: Set<[UInt8]> = []
        for image in images {
            let stem = Array(Self.stem(image).utf8)
            if !stems.insert(stem).inserted { shared.insert(stem) }
        }
        // `x.jpg` that keeps its extension is called as `x.jpg.webp` would be.
        for image in images where stems.contains(Array(image.utf8)) {
            shared.insert(Array(image.utf8))
        }
    }

    /// The path of an image's output below the output folder.
    func output(_ image: String) -> String {
        let stem = Self.stem(image)
        return "\(shared.contains(Array(stem.utf8)) ? image : stem).\(ending)"
    }

    /// A path without the extension.
    private static func stem(_ path: String) -> String {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name ?? path.startIndex
        else { return path }
        return String(path[..<dot])
    }
}
