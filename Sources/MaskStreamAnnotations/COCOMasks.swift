import Foundation
import MaskStream

/// The masks of a file in COCO's form: of each frame, what lies in any of its image's annotations.
///
/// Images are frames in the order of their ids, from the lowest on; one whose id is left out has no
/// mask. What stays in memory is where each annotation stands in the file.
struct COCOMasks: MaskReader {
    static let hasTimes = false
    private struct Image: Decodable {
        let id: Int
        let width: Int
        let height: Int
    }

    private struct Annotation: Decodable {
        /// RLE, not polygons.
        struct Segmentation: Decodable {
            struct Form: CodingKey {
                let stringValue: String
                let intValue: Int? = nil
                init(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }
            init(from decoder: any Decoder) throws {
                _ = try decoder.container(keyedBy: Form.self)
            }
        }

        let image_id: Int
        let segmentation: Segmentation
    }

    /// The lengths of an annotation's runs.
    private struct Runs: Decodable {
        struct Segmentation: Decodable {
            enum Counts: Decodable {
                case text(String)
                case numbers([Int])

                init(from decoder: any Decoder) throws {
                    let value = try decoder.singleValueContainer()
                    if let text = try? value.decode(String.self) {
                        self = .text(text)
                    } else {
                        self = .numbers(try value.decode([Int].self))
                    }
                }
            }

            let size: [Int]
            let counts: Counts
        }

        let segmentation: Segmentation
    }

    private let path: String
    private let file: FileHandle
    private let size: (width: Int, height: Int)
    private var images: [Image] = []
    /// Where the annotations stand, in the order of their images.
    private var places: [(image: Int, bytes: Range<Int>)] = []
    private var frames = 0
    private var nextImage = 0
    private var nextPlace = 0

    /// Looks through a file; `size` is that of the frames as they are displayed.
    ///
    /// - Throws: `MaskStreamError` with code `noInput`, `badData` for what is not in COCO's form, and
    ///   for polygons.
    init(_ path: String, size: (width: Int, height: Int)) throws {
        self.path = path
        self.size = size
        guard let file = FileHandle(opening: path, O_RDONLY) else {
            throw MaskStreamError(.noInput, "cannot read the file (\(path))")
        }
        self.file = file
        let decoder = JSONDecoder()
        var elements = try JSONElements(path)
        while let element = try elements.next() {
            do {
                switch element.list {
                case "images": images.append(try decoder.decode(Image.self, from: element.data))
                case "annotations":
                    let found = try decoder.decode(Annotation.self, from: element.data)
                    places.append((found.image_id, element.place))
                default: continue
                }
            } catch {
                throw MaskStreamError(
                    .badData,
                    "what stands in \(element.list) at byte \(element.place.lowerBound) is no image or "
                        + "RLE mask of COCO (\(path))",
                    hint: "export masks as RLE, not as polygons", underlying: error)
            }
        }
        images.sort { $0.id < $1.id }
        places.sort { ($0.image, $0.bytes.lowerBound) < ($1.image, $1.bytes.lowerBound) }
        try check()
    }

    /// Refuses images that are listed twice, and annotations of images that are not listed.
    private func check() throws {
        let ids = images.map(\.id)
        let twice = zip(ids, ids.dropFirst()).first { $0 == $1 }?.0
        let unknown = Set(places.map(\.image)).subtracting(ids).min()
        guard !ids.isEmpty, twice == nil, unknown == nil else {
            throw MaskStreamError(
                .badData,
                twice.map { "image \($0) is listed twice (\(path))" }
                    ?? unknown.map {
                        "annotations are of image \($0), which is not listed (\(path))"
                    }
                    ?? "there are no images in COCO's form (\(path))",
                hint: "list each frame once in images, with its id, width and height")
        }
    }

    mutating func next(at time: Double, tolerance: Double) throws -> ExternalMask {
        guard nextImage < images.count else { return .missing }
        defer { frames += 1 }
        let image = images[nextImage]
        guard image.id &- images[0].id == frames else { return .missing }
        nextImage += 1
        guard (image.width, image.height) == size else {
            return .unusable(
                "it is \(image.width)x\(image.height), the frame \(size.width)x\(size.height)")
        }
        var mask = ExternalMask.pixels(WhitePixels(width: size.width, height: size.height))
        while nextPlace < places.count, places[nextPlace].image == image.id {
            mask = try adding(places[nextPlace].bytes, to: mask)
            nextPlace += 1
        }
        return mask
    }

    mutating func hasOthers() throws -> Bool { nextImage < images.count }

    /// A mask with what lies in an annotation, too.
    private func adding(_ bytes: Range<Int>, to mask: ExternalMask) throws -> ExternalMask {
        guard case .pixels(var pixels) = mask else { return mask }
        try file.seek(toOffset: UInt64(bytes.lowerBound))
        guard let data = try file.read(upToCount: bytes.count),
            let runs = try? JSONDecoder().decode(Runs.self, from: data).segmentation,
            runs.size == [size.height, size.width]
        else { return .unusable("an annotation has another size, or no RLE") }
        let lengths =
            switch runs.counts {
            case .text(let text):
                RunLengths(compressed: text, width: size.width, height: size.height)
            case .numbers(let counts):
                RunLengths(counts: counts, width: size.width, height: size.height)
            }
        guard let lengths else { return .unusable("the RLE of an annotation is damaged") }
        lengths.whiten(&pixels)
        return .pixels(pixels)
    }
}
