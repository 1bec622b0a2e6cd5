import Foundation
import MaskStreamTestSupport
import Testing

/// `--inputs FILE`: a table with an input in each row.
@Suite struct InputTableTests {
    let bench: Workbench
    let other: String

    init() throws {
        bench = try Workbench()
        other = try Clips.make(
            "a \"b\", c.mkv", in: bench.folder,
            Clips.testSource("32x32", rate: "10") + ["-c:v", "ffv1"])
    }

    /// Runs a table; `CLIP` and `OUT/` stand for a clip and the test's folder.
    private func command(_ table: String, _ more: [String] = []) throws -> [String] {
        let text = table.replacing("CLIP", with: bench.clip)
            .replacing("OUT/", with: bench.folder.url.path + "/")
        let path = try bench.folder.write(Data(text.utf8), to: "table.csv")
        return ["--inputs", path, "--codec", "ffv1", "--progress", "plain"] + more
    }

    private func pictures(_ name: String) throws -> Data {
        try Clips.rawVideo(bench.path(name), pixelFormat: "yuv420p")
    }

    @Test func eachRowIsARunOfItsOwn() throws {
        let dark = try TestProfile(mean: 0.2).write(to: bench.folder, as: "dark")
        let quoted = other.replacing("\"", with: "\"\"")
        let result = try expectStatus(
            0,
            command(
                #"""
                options,input,output,profile\#r
                --threshold 0.4,CLIP,OUT/one.mkv,\#r
                \#r
                "--fill '#00ff00' --frames=""3""","\#(quoted)",OUT/two.mkv,\#r
                ,CLIP,OUT/three.mkv,\#(dark)\#r

                """#, ["-p", bench.light]))
        #expect(result.errors.contains("3 inputs: 3 done, 0 not"), "\(result.errors)")
        for (name, input, more) in [
            ("one.mkv", bench.clip, ["--threshold", "0.4"]),
            ("two.mkv", other, ["--fill", "#00ff00", "--frames", "3"]),
        ] {
            _ = try bench.mask(input, to: "alone.mkv", more + ["--overwrite"])
            #expect(try pictures(name) == pictures("alone.mkv"), "\(name)")
        }
        try expectStatus(
            0, [bench.clip, "-p", dark, "--codec", "ffv1", "-o", bench.path("dark.mkv")])
        #expect(try pictures("three.mkv") == pictures("dark.mkv"))
        #expect(try pictures("three.mkv") != pictures("one.mkv"))
    }

    @Test func aTableGoesOnWhereItStopped() throws {
        let table = """
            input,output,options
            CLIP,x/one.mkv,
            OUT/none.mkv,x/none.mkv,
            CLIP,y/deep/one.avi,--invert
            CLIP,,--start 0.5
            """
        let more = [
            "-p", bench.light, "--output-dir", bench.path("m"), "--receipt", bench.path("rs"),
            "--skip-done",
        ]
        try expectStatus(66, command(table, more), says: ["none.mkv"])
        for name in ["m/x/one.mkv", "m/y/deep/one.avi", "m/clip.mkv", "rs/x/one.mkv.receipt.json"] {
            #expect(bench.has(name), "\(name)")
        }
        let again = try expectStatus(66, command(table, more))
        #expect(again.errors.contains("4 inputs: 3 done (3 before), 1 not"), "\(again.errors)")
        // A row's options are what its receipt tells.
        let other = table.replacing("--invert", with: "--invert --fill '#ff0000'")
        let changed = try expectStatus(66, command(other, more))
        #expect(changed.errors.contains("3 done (2 before)"), "\(changed.errors)")
        #expect(!changed.errors.contains("one.avi: done before"), "\(changed.errors)")
    }

    /// The table, the status, and what the error says.
    static let broken: [(table: String, status: Int32, says: [String])] = [
        ("", 65, ["line 1", "columns"]), ("input\n", 65, ["line 2", "no inputs"]),
        ("input,what\nCLIP,x\n", 65, ["line 1", "`what`"]),
        ("output\nx\n", 65, ["line 1", "input"]), ("input,input\nCLIP,x\n", 65, ["twice"]),
        ("input,output\n\nCLIP\n", 65, ["line 3", "2 fields", "not 1"]),
        ("input,output\nCLIP,a,b\n", 65, ["line 2", "not 3"]),
        ("input,output\n,OUT/x.mkv\n", 65, ["line 2", "no input"]),
        ("input,output\n\"CLIP,OUT/x.mkv\n", 65, ["line 2", "quotation"]),
        ("input,output\nCL\"IP,OUT/x.mkv\n", 65, ["line 2", "quotation"]),
        ("input,output\n\"CLIP\"x,OUT/x.mkv\n", 65, ["line 2", "quotation"]),
        ("input,output,options\n\"a\nb\",OUT/y.mkv,\nCLIP,OUT/x.mkv,'\n", 65, ["line 4"]),
        (
            "input,output,options\nCLIP,OUT/x.mkv,\nCLIP,OUT/y.mkv,--treshold 1\n", 64,
            ["line 3", "did you mean --threshold?"]
        ),
        ("input,output,options\nCLIP,OUT/x.mkv,--threshold 2\n", 64, ["line 2", "--threshold"]),
        ("input,output,options\nCLIP,OUT/x.mkv,stray\n", 64, ["line 2", "stray"]),
        ("input,output,options\nCLIP,OUT/x.mkv,--events e\n", 64, ["line 2", "--events"]),
        ("input,output,options\nCLIP,OUT/x.mkv,-o OUT/y.mkv\n", 64, ["line 2", "-o"]),
        ("input,output,options\nCLIP,OUT/x.mkv,--help\n", 64, ["line 2", "--help"]),
        ("input\nCLIP\n", 64, ["line 2", "missing -o"]),
        ("input,output\nCLIP,OUT/x.mkv\nCLIP,OUT/x.mkv\n", 64, ["two outputs"]),
        ("input,output,profile\nCLIP,OUT/x.mkv,nosuch\n", 78, ["nosuch"]),
        ("input,output\nCLIP,OUT/table.csv\n", 73, ["table.csv", "an input"]),
        ("input,output\nCLIP,OUT/no/x.mkv\n", 73, ["no/x.mkv"]),
    ]

    @Test(arguments: broken.indices) func aBrokenTableBeginsNothing(index: Int) throws {
        let (table, status, says) = Self.broken[index]
        try expectStatus(status, command(table, ["-p", bench.light, "--overwrite"]), says: says)
        #expect(!bench.has("x.mkv") && !bench.has("y.mkv"))
    }

    @Test func whatIsAskedForTwiceIsRefused() throws {
        let table = "input,output\nCLIP,OUT/x.mkv\n"
        try expectStatus(64, command(table, ["-p", bench.light, bench.clip]), says: ["--inputs"])
        try expectStatus(
            64, command(table, ["-p", bench.light, "-o", bench.path("y.mkv")]), says: ["--inputs"])
        try expectStatus(64, command(table), says: ["line 2", "--profile"])
        try expectStatus(
            66, ["--inputs", bench.path("none.csv"), "-p", bench.light], says: ["none.csv"])
        for output in ["/x.mkv", "../x.mkv", "a/../../x.mkv", ".."] {
            try expectStatus(
                64,
                command(
                    "input,output\nCLIP,\(output)\n",
                    ["-p", bench.light, "--output-dir", bench.path("m")]),
                says: ["line 2", "--output-dir", output])
        }
        #expect(!bench.has("x.mkv"))
    }
}
