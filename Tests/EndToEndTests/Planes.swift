import Foundation
import MaskStreamTestSupport
import Testing

/// The pictures of a 4:2:0 file of 8 bits, as numbers that tests can look at.
struct Planes {
    let width: Int
    let height: Int
    /// One picture after the other, each Y, U, V.
    let bytes: [UInt8]

    /// Decodes a file with the `ffmpeg` program.
    init(_ path: String, width: Int = 64, height: Int = 48) throws {
        self.width = width
        self.height = height
        bytes = try [UInt8](Clips.rawVideo(path, pixelFormat: "yuv420p"))
    }

    /// Takes raw pictures.
    init(raw: Data, width: Int = 64, height: Int = 48) {
        self.width = width
        self.height = height
        bytes = [UInt8](raw)
    }

    var chromaWidth: Int { (width + 1) / 2 }
    var chromaHeight: Int { (height + 1) / 2 }
    var pictureSize: Int { width * height + 2 * chromaWidth * chromaHeight }
    var count: Int { bytes.count / pictureSize }

    func luma(_ picture: Int, _ x: Int, _ y: Int) -> UInt8 {
        bytes[picture * pictureSize + y * width + x]
    }

    /// U and V of a cell of the chroma grid.
    func chroma(_ picture: Int, _ x: Int, _ y: Int) -> [UInt8] {
        let first = picture * pictureSize + width * height + y * chromaWidth + x
        return [bytes[first], bytes[first + chromaWidth * chromaHeight]]
    }

    /// Calls `body` with picture, column and row of every cell of the chroma grid.
    func forEachCell(_ body: (_ picture: Int, _ x: Int, _ y: Int) throws -> Void) rethrows {
        for picture in 0..<count {
            for y in 0..<chromaHeight {
                for x in 0..<chromaWidth { try body(picture, x, y) }
            }
        }
    }

    /// The luma samples of a cell of the chroma grid.
    func lumas(_ picture: Int, _ x: Int, _ y: Int) -> [UInt8] {
        (0..<4).compactMap { n in
            let (column, row) = (2 * x + n % 2, 2 * y + n / 2)
            return column < width && row < height ? luma(picture, column, row) : nil
        }
    }

    /// How many cells of `self` are those of `original` and how many are black; a cell that is
    /// neither is an error.
    func compare(
        masked original: Planes, sourceLocation: SourceLocation = #_sourceLocation
    ) -> (kept: Int, black: Int) {
        var (kept, black, neither) = (0, 0, 0)
        forEachCell { picture, x, y in
            let cell = lumas(picture, x, y) + chroma(picture, x, y)
            if cell == original.lumas(picture, x, y) + original.chroma(picture, x, y) {
                kept += 1
            } else if cell.dropLast(2).allSatisfy({ $0 == 16 }), cell.suffix(2) == [128, 128] {
                black += 1
            } else {
                neither += 1
            }
        }
        #expect(
            neither == 0, "cells that are neither kept nor black", sourceLocation: sourceLocation)
        #expect(count == original.count, sourceLocation: sourceLocation)
        return (kept, black)
    }
}

/// The gray pictures that `--emit mask` and `--emit confidence` give.
struct GrayPictures {
    let width: Int
    let height: Int
    let bytes: [UInt8]

    init(_ path: String, width: Int = 64, height: Int = 48) throws {
        self.width = width
        self.height = height
        bytes = try [UInt8](Clips.rawVideo(path, pixelFormat: "gray"))
    }

    func value(_ picture: Int, _ x: Int, _ y: Int) -> UInt8 {
        bytes[(picture * height + y) * width + x]
    }
}
