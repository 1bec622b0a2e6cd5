import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

@Suite struct PartFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    func claim(_ name: String, replaces: Bool = false, reads: ReadFiles = ReadFiles()) throws
        -> PartFile
    {
        try PartFile(folder.path(name), "the output", replaces: replaces, reads: reads)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path(name), encoding: .utf8)
    }

    @Test("The name comes with the commit")
    func commits() throws {
        let file = try claim("a")
        try file.write(Data("new".utf8))
        #expect(try files == ["a.part"] && file.isLeft && !file.isNamed)
        try file.commit()
        #expect(try files == ["a"] && !file.isLeft && file.isNamed)
        #expect(try text("a") == "new")
    }

    @Test("What a dead run left is replaced; what a live run has stays its own")
    func claims() throws {
        _ = try folder.write(Data("old".utf8), to: "a.part")
        let first = try claim("a")
        let second = try claim("a")
        #expect(try text("a.part").isEmpty)
        #expect(first.part.hasSuffix("/a.part") && second.part.hasSuffix("/a.1.part"))
        try second.write(Data("second".utf8))
        try first.write(Data("first".utf8))
        try first.commit()
        let late = #expect(throws: MaskStreamError.self) { try second.commit() }
        #expect(late?.code == .cannotCreate && late?.hint?.contains("a.1.part") == true)
        #expect(try files == ["a", "a.1.part"])
        #expect(try text("a") == "first" && text("a.1.part") == "second")
    }

    @Test("What a live run is writing is replaced by nobody, what a dead run left on request")
    func namesOfOthersParts() throws {
        var first: PartFile? = try claim("a")
        try first?.write(Data("first".utf8))
        let error = #expect(throws: MaskStreamError.self) { try claim("a.part", replaces: true) }
        #expect(error?.code == .cannotCreate && error?.message.contains("another run") == true)
        #expect(try files == ["a.part"])
        first = nil
        let second = try claim("a.part", replaces: true)
        try second.write(Data("second".utf8))
        try second.commit()
        #expect(try files == ["a.part"] && text("a.part") == "second")
    }

    @Test("A file that came meanwhile is replaced on request alone")
    func cameMeanwhile() throws {
        for replaces in [false, true] {
            let name = "a\(replaces)"
            let file = try claim(name, replaces: replaces)
            try file.write(Data("ours".utf8))
            _ = try folder.write(Data("theirs".utf8), to: name)
            let error = replaces ? nil : #expect(throws: MaskStreamError.self) { try file.commit() }
            if replaces { try file.commit() }
            #expect(error?.code == (replaces ? nil : .cannotCreate))
            #expect(try text(name) == (replaces ? "ours" : "theirs"))
            #expect(file.isLeft == !replaces)
        }
    }

    @Test("A `.part` that was exchanged is not given the name")
    func exchanged() throws {
        let file = try claim("a")
        try file.write(Data("ours".utf8))
        try FileManager.default.removeItem(atPath: file.part)
        _ = try folder.write(Data("theirs".utf8), to: "a.part")
        #expect(throws: MaskStreamError.self) { try file.commit() }
        file.discard()
        #expect(try files == ["a.part"] && text("a.part") == "theirs")
    }

    @Test("Links, folders and pipes of the `.part`'s name are left alone")
    func oddParts() throws {
        _ = try folder.write(Data("else".utf8), to: "else")
        symlink("else", folder.path("a.part"))
        mkdir(folder.path("a.1.part"), 0o755)
        mkfifo(folder.path("a.2.part"), 0o600)
        let file = try claim("a")
        #expect(file.part.hasSuffix("/a.3.part"))
        #expect(try text("else") == "else")
    }

    @Test("A long name gets a shorter `.part`, at whole characters", arguments: ["x", "ä", "日"])
    func longNames(letter: String) throws {
        let name = String(repeating: letter, count: 251 / letter.utf8.count) + ".mp4"
        let (first, second) = (try claim(name), try claim(name))
        try first.write(Data("x".utf8))
        for part in [first.part, second.part] {
            let shown = (part as NSString).lastPathComponent
            #expect(shown.utf8.count <= 255 && shown.hasSuffix(".part") && part != first.path)
        }
        try first.commit()
        #expect(try text(name) == "x")
    }

    @Test("An empty `.part` goes with its owner, a written one stays")
    func leftovers() throws {
        for bytes in ["", "x"] {
            let file = try claim("a\(bytes)")
            try file.write(Data(bytes.utf8))
        }
        #expect(try files == ["ax.part"])
    }

    @Test("A replaced file's permissions are kept")
    func permissions() throws {
        let path = try folder.write(Data("old".utf8), to: "a")
        chmod(path, 0o600)
        let file = try claim("a", replaces: true)
        try file.write(Data("new".utf8))
        try file.commit()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("What is read is never written, under whatever name")
    func reads() throws {
        let input = try folder.write(Data("input".utf8), to: "in")
        let reads = ReadFiles([input])
        link(input, folder.path("hard"))
        link(input, folder.path("b.part"))
        for name in ["in", "hard", "b"] {
            let error = #expect(throws: MaskStreamError.self) {
                try claim(name, replaces: true, reads: reads)
            }
            #expect(error?.code == .cannotCreate)
        }
        let late = try claim("c", replaces: true, reads: reads)
        try late.write(Data("x".utf8))
        link(input, folder.path("c"))
        #expect(throws: MaskStreamError.self) { try late.commit() }
        #expect(try text("in") == "input" && text("c") == "input")
    }
}
