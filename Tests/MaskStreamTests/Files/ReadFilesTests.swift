import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

@Suite struct ReadFilesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func touch(_ name: String, _ text: String = "") throws -> String {
        try folder.write(Data(text.utf8), to: name)
    }

    func isRead(_ name: String, _ reads: ReadFiles) -> Bool {
        do {
            try reads.refuse(FileIdentity(folder.path(name)), "the output", name)
            return false
        } catch {
            return true
        }
    }

    @Test("A folder stands for the files in it")
    func folders() throws {
        _ = try touch("a.png")
        mkdir(folder.path("sub"), 0o755)
        let reads = ReadFiles([folder.url.path, folder.path("missing")])
        #expect(isRead("a.png", reads) && isRead(".", reads) && !isRead("sub", reads))
    }

    @Test(
        "A playlist stands for the files that it names",
        arguments: [
            ("#EXTM3U\n#EXT-X-MAP:URI=\"a.ts\"\n#EXTINF:2,\nb%20c.ts\n", ["a.ts", "b c.ts"]),
            ("#EXTM3U\r\nfile:./a.ts\r\n", ["a.ts"]),
            ("ffconcat version 1.0\nfile 'b c.ts'\nfile a.ts\n", ["a.ts", "b c.ts"]),
            ("<?xml version=\"1.0\"?><MPD><BaseURL>b c.ts</BaseURL></MPD>", ["b c.ts"]),
            ("<MPD><SegmentTemplate media=\"a$Number$.ts\"/></MPD>", ["a.ts", "b c.ts"]),
            ("# Two\n\n  file a.ts\n", ["a.ts"]),
            ("#\(String(repeating: "x", count: 200))\nfile\ta.ts\n", ["a.ts"]),
            ("file 'b'\\ 'c.ts'\nfile a.t\\s\n", ["a.ts", "b c.ts"]),
            ("file b\\ c.ts\n", ["b c.ts"]),
            ("stream\nfile 'b c'.ts # no comment\n", ["b c.ts"]),
            ("# file a.ts\nfiles a.ts\n", []),
            ("no playlist\na.ts\n", []),
        ])
    func playlists(text: String, names: [String]) throws {
        for name in ["a.ts", "b c.ts"] { _ = try touch(name) }
        let reads = ReadFiles([try touch("list", text)])
        #expect(["a.ts", "b c.ts"].filter { isRead($0, reads) } == names)
        #expect(isRead("list", reads))
    }

    @Test(
        "A manifest's segments may lie in other folders",
        arguments: [
            ("<S initialization='i.mp4' media='v/c$Number$.m4s'/>", "v"),
            ("<S initialization='v/i$RepresentationID$.m4s'/>", "v"),
            ("<BaseURL>v/</BaseURL><S media='c$Number$.m4s'/>", "v"),
            ("<BaseURL>v</BaseURL>\n<SegmentURL media='c.m4s'/>", "v"),
            ("<BaseURL>\nb w/\n</BaseURL><BaseURL><![CDATA[x]]></BaseURL><S a='c.m4s'/>", "b w/x"),
            ("<S media='$RepresentationID$/c$Number%05d$.m4s'/>", "v"),
            ("<S media='b$Bandwidth$/x/c$Time$.m4s'/>", "b w/x"),
            ("<S media='$representationid$/c.m4s'/><R id='b w/x'/>", "b w/x"),
            ("<S media='$RepresentationID$/c$Number$.m4s'/><R id='b w/x'/>", "b w/x"),
            ("<BaseURL>v&amp;w/</BaseURL><S media='c$Number$.m4s'/>", "v&w"),
        ])
    func foldersOfSegments(text: String, name: String) throws {
        let folders = ["v", "b w", "b w/x", "v&w"]
        for name in folders {
            mkdir(folder.path(name), 0o755)
            _ = try touch("\(name)/c.m4s")
        }
        let reads = ReadFiles([try touch("d.mpd", "<!-- Old -->\n<mpd>\(text)</mpd>")])
        #expect(isRead("\(name)/c.m4s", reads) && isRead("d.mpd", reads))
        // What a variable holds is not looked at.
        let others = folders.filter { !name.hasPrefix($0) && !text.contains("='$") }
        #expect(!others.contains { isRead("\($0)/c.m4s", reads) })
    }

    @Test(
        "A list's locations that FFmpeg opens by a protocol stand for their files",
        arguments: [
            "file cache:@a.ts", "file 'file:@a.ts'", "file async:file:@a.ts",
            "file crypto:@a.ts", "file subfile,,start,0,end,0,,:@a.ts", "file concat:@a.ts|@a.ts",
            "file concatf:@lines", "file crypto+file:@a.ts",
        ])
    func protocols(line: String) throws {
        let path = try touch("a.ts")
        _ = try touch("lines", "\(path)\n")
        // Beside another folder's, so that only the location itself leads there.
        mkdir(folder.path("sub"), 0o755)
        let line = line.replacing("@", with: folder.url.path + "/")
        let list = try touch("sub/list", "ffconcat version 1.0\n\(line)\nfile https://h/a.ts\n")
        #expect(isRead("a.ts", ReadFiles([list])))
    }

    @Test(
        "Names in a list are read as FFmpeg reads them",
        arguments: [
            (#"file 'a'\''x.ts'"#, "a'x.ts"), (#"file a\'x.ts"#, "a'x.ts"),
            (#"file 'a\x.ts'"#, #"a\x.ts"#), (#"file a\\x.ts"#, #"a\x.ts"#),
            ("file a%20x.ts", "a%20x.ts"), ("file  'a  x.ts'  ", "a  x.ts"),
        ])
    func quoting(line: String, name: String) throws {
        _ = try touch(name)
        #expect(isRead(name, ReadFiles([try touch("list", "# A list\n\(line)\n")])))
    }

    @Test(
        "What is no path stands for the files that a part of it leads to",
        arguments: [
            ("concat:@a.ts|@b c.ts", ["a.ts", "b c.ts"]), ("concat:@a.ts|file:@b c.ts", nil),
            ("cache:@a.ts", ["a.ts"]), ("async:@a.ts", ["a.ts"]), ("file:@a.ts", ["a.ts"]),
            ("cache:file:@a.ts", ["a.ts"]), ("cache:file://@b c.ts", ["b c.ts"]),
            ("cache:concat:@a.ts|cache:@b c.ts", nil), ("concat:@list|@none.ts", ["b c.ts"]),
            ("subfile,,start,0,end,0,,:@a.ts", ["a.ts"]), ("crypto+file:@a.ts", ["a.ts"]),
            ("movie=@a.ts", ["a.ts"]), ("movie=filename=@a.ts:seek_point=1,hflip", ["a.ts"]),
            ("movie='@b c.ts'[x];movie = @a.ts [y];[x][y]hstack", nil),
            (#"movie=@b\ c.ts"#, ["b c.ts"]), ("concat:@x=1,2;[3].ts", ["x=1,2;[3].ts"]),
            (#"movie=@x\=1\,2\;\[3\].ts"#, ["x=1,2;[3].ts"]),
            ("concatf:@lines", nil), ("cache:concatf:@lines", nil),
            ("https://host/?name=@a.ts", []), ("@none.ts", []),
        ] as [(String, [String]?)])
    func parts(location: String, names: [String]?) throws {
        let all = ["a.ts", "b c.ts", "x=1,2;[3].ts"]
        for name in all { _ = try touch(name) }
        _ = try touch("list", "#EXTM3U\nb c.ts\n")
        let (a, b) = (folder.path("a.ts"), folder.path("b c.ts"))
        _ = try touch("lines", "\(a)\ncache:'\(b)'\nconcatf:\(folder.path("lines"))\n")
        let prefix = folder.url.path + "/"
        let reads = ReadFiles([location.replacing("@", with: prefix)])
        #expect(all.filter { isRead($0, reads) } == names ?? ["a.ts", "b c.ts"])
    }

    @Test(
        "An option's value stands for the files that a part of it leads to",
        arguments: [
            ("graph_file", "@graph", ["graph", "a.ts"]),
            ("x264opts", "ref=1:cqmfile=@a.ts", ["a.ts"]),
            ("graph_file", "file:@graph", ["graph", "a.ts"]), ("key", "@graph", ["graph"]),
            ("x264-params", "cqmfile='@graph'", ["graph"]), ("preset", "fast", []),
            ("hls_key_info_file", "@key", ["key", "a.ts"]),
        ])
    func options(key: String, value: String, names: [String]) throws {
        let path = try touch("a.ts")
        _ = try touch("graph", "color [x];\nmovie=\n\(path)\n[y];[x][y]hstack\n")
        _ = try touch("key", "https://example.com/key\n\(path)\n")
        var reads = ReadFiles()
        reads.add(option: key, value.replacing("@", with: folder.url.path + "/"))
        #expect(["graph", "key", "a.ts"].filter { isRead($0, reads) } == names)
    }

    @Test(
        "Whether FFmpeg is told to follow references is noted",
        arguments: ["option", "list", "graph", "graph_file"])
    func references(kind: String) throws {
        let graph = "movie=x.mov:format_opts=enable_drefs=1"
        let list = try touch("list", "ffconcat version 1.0\nfile sub/x\noption enable_drefs 1\n")
        var reads = ReadFiles()
        switch kind {
        case "option": reads.add(option: "enable_drefs", "1")
        case "list": reads.add(try touch("outer", "ffconcat version 1.0\nfile \(list)\n"))
        case "graph": reads.add(graph)
        default: reads.add(option: "graph_file", try touch("graph", graph))
        }
        #expect(reads.followsReferences)
    }

    @Test("Playlists that name each other end")
    func circles() throws {
        let text = "#EXTM3U\none.m3u8\ntwo.m3u8\na.ts\n"
        for name in ["one.m3u8", "two.m3u8"] { _ = try touch(name, text) }
        _ = try touch("a.ts")
        #expect(isRead("a.ts", ReadFiles([folder.path("one.m3u8")])))
    }

    @Test("Paths are followed to where they lead")
    func destinations() throws {
        let file = try touch("file")
        symlink("file", folder.path("link"))
        symlink(folder.path("new"), folder.path("dangling"))
        symlink("b", folder.path("a"))
        symlink("a", folder.path("b"))
        mkfifo(folder.path("fifo"), 0o600)
        symlink("fifo", folder.path("pipe"))
        func end(_ name: String) throws -> Destination {
            try Destination(folder.path(name), "the output")
        }
        #expect(try end("link") == .file(file) && end("file") == .file(file))
        #expect(try end("dangling") == .file(folder.path("new")))
        #expect(try end("pipe") == .inPlace(folder.path("pipe")))
        let long = String(repeating: "x", count: 255)
        #expect(try end(long) == .file(folder.path(long)))
        for name in ["a", ".", "file/x", "none/x", long + "x"] {
            let error = #expect(throws: MaskStreamError.self) { try end(name) }
            #expect(error?.code == .cannotCreate)
        }
    }
}
