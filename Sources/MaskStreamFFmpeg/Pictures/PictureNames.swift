import MaskStream

/// What the images of a folder are called in the output folder.
///
/// `x.jpg` becomes `x.png`. Where that would be the name of two, as with `x.jpg` and `x.webp`, each
/// keeps its extension: `x.jpg.png` and `x.webp.png`. No name depends on what is in the output
/// folder.
struct PictureNames: Sendable {
    private let ending: String
    /// Names without extension that stand for more than one image; bytes, as file names are.
    private var shared: Set<[UInt8]> = []

    init(_ pictures: [String], ending: String) {
        self.ending = ending
        var stems: Set<[UInt8]> = []
        for picture in pictures {
            let stem = Array(Self.stem(picture).utf8)
            if !stems.insert(stem).inserted { shared.insert(stem) }
        }
        // `x.jpg` that keeps its extension is called as `x.jpg.webp` would be.
        for picture in pictures where stems.contains(Array(picture.utf8)) {
            shared.insert(Array(picture.utf8))
        }
    }

    /// The path of an image's output below the output folder.
    func output(_ picture: String) -> String {
        let stem = Self.stem(picture)
        return "\(shared.contains(Array(stem.utf8)) ? picture : stem).\(ending)"
    }

    /// A path without the extension.
    private static func stem(_ path: String) -> String {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name ?? path.startIndex
        else { return path }
        return String(path[..<dot])
    }
}
