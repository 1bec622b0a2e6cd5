import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct ImageFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fill(_ names: [String]) throws {
        for name in names {
            let path = folder.path(name)
            try FileManager.default.createDirectory(
                atPath: Destination.folder(of: path), withIntermediateDirectories: true)
            _ = try folder.write(Data(), to: name)
        }
    }

    @Test("Pictures are sorted, the rest is counted and named, what is hidden is not")
    func lists() throws {
        try fill(["b.png", "a.JPG", ".hidden.png", "notes.txt", "sub/c.png", ".git/d.png"])
        mkfifo(folder.path("pipe.png"), 0o600)
        symlink(folder.path("b.png"), folder.path("link.png"))
        let found = try ImageFolder(folder.url.path)
        #expect(found.images == ["a.JPG", "b.png", "link.png"])
        #expect(found.others.first == ["notes.txt", "pipe.png"])
        #expect(found.folders.first == ["sub"])
        let said = found.warnings.map(\.message)
        #expect(said[0].contains("no images (2): notes.txt, pipe.png"))
        #expect(said[1].contains("folders (1): sub; --recursive"))
    }

    @Test("Folders are entered on request, links to folders never")
    func recursion() throws {
        try fill(["b.png", "sub/a.png", "sub/deep/x.jpg", "masked/b.png", "sub/notes.txt"])
        symlink(folder.url.path, folder.path("sub/loop"))
        symlink(folder.path("sub/deep"), folder.path("twin"))
        let found = try ImageFolder(
            folder.url.path, isRecursive: true, output: folder.path("masked"))
        #expect(found.images == ["b.png", "sub/a.png", "sub/deep/x.jpg"])
        #expect(found.others.first == ["sub/notes.txt"])
        #expect(found.links.first == ["twin", "sub/loop"])
    }

    @Test("A folder without pictures, or that is none, says so")
    func nothing() throws {
        #expect(throws: MaskStreamError.self) { try ImageFolder(folder.url.path) }
        #expect(throws: MaskStreamError.self) { try ImageFolder(folder.path("missing")) }
        try fill(["sub/a.png"])
        let error = #expect(throws: MaskStreamError.self) { try ImageFolder(folder.url.path) }
        #expect(error?.hint?.contains("--recursive") == true)
    }

    @Test("Many names are counted, few are kept")
    func names() {
        var names = ImageFolder.Names()
        for number in 1...100_000 { names.add("\(number)") }
        #expect(names.text == "1, 2, 3, 4, 5 and 99995 more")
    }

    @Test("No two pictures get one name, whatever they are called")
    func outputs() {
        let plain = ImageNames(["a.jpg", "b.c.png", "sub/a.png", "d"], ending: "png")
        #expect(plain.output("a.jpg") == "a.png" && plain.output("b.c.png") == "b.c.png")
        #expect(plain.output("sub/a.png") == "sub/a.png" && plain.output("d") == "d.png")
        let pictures = [
            "x.jpg", "x.png", "x.jpg.png", "y.gif", "y.gif.webp", "z.jpg", "Z.jpg", "e\u{301}.png",
            "\u{e9}.png", "v.1/a.png", "v.1/a.jpg",
        ]
        let clashing = ImageNames(pictures, ending: "png")
        #expect(clashing.output("x.jpg") == "x.jpg.png")
        #expect(clashing.output("z.jpg") == "z.png")
        #expect(clashing.output("v.1/a.jpg") == "v.1/a.jpg.png")
        let outputs = Set(pictures.map { Array(clashing.output($0).utf8) })
        #expect(outputs.count == pictures.count)
    }

    @Test("--format and --codec choose the kind of picture")
    func kinds() throws {
        func ending(_ codec: String?, _ format: String? = nil) throws -> String {
            var options = OutputOptions(destination: "out")
            (options.codec, options.format) = (codec, format)
            return try ImageKind(options).ending
        }
        #expect(
            try ending(nil) == "png" && ending("png") == "png" && ending(nil, "image2") == "png")
        #expect(try ending("mjpeg") == "jpg" && ending(nil, "jpeg") == "jpg")
        #expect(try ending("libwebp") == "webp" && ending("tiff") == "tif")
        #expect(try ending(nil, "gif") == "gif")
        for (codec, format) in [("libx264", nil), ("ffv1", nil), (nil, "mp4")]
            as [(
                String?, String?
            )]
        {
            #expect(throws: MaskStreamError.self) { try ending(codec, format) }
        }
    }
}
