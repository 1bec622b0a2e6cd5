import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

@Suite struct ReceiptTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func receipt(of output: String, _ change: (inout Receipt) -> Void = { _ in }) throws
        -> Receipt
    {
        var input = Receipt.Input(name: "a.mp4")
        (input.size, input.sha256) = (3, "5")
        var receipt = Receipt(
            version: "1", input: input, profile: .init(name: "p", sha256: "6"),
            options: ["--encoder-option": ["a=b"]], device: "cpu")
        receipt.state = .done
        receipt.exit = 0
        receipt.output = try Receipt.File(complete: output)
        change(&receipt)
        return receipt
    }

    /// FIPS 180-2, appendix B, and a file longer than one read.
    @Test func filesAreToldByWhatTheyHold() throws {
        let short = try FileDigest(ofFile: folder.write(Data("abc".utf8), to: "abc"))
        #expect(short.size == 3)
        #expect(
            short.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let long = try FileDigest(
            ofFile: folder.write(Data(repeating: UInt8(ascii: "a"), count: 1_000_000), to: "a"))
        #expect(long.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        let longer = Data(repeating: 7, count: 3 << 20)
        #expect(
            try FileDigest(ofFile: folder.write(longer, to: "b")).sha256
                == MessageDigest.sha256.hexadecimal(of: longer))
        #expect(throws: MaskStreamError.self) { try FileDigest(ofFile: folder.path("none")) }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let output = try folder.write(Data("x".utf8), to: "out.mkv")
        let path = folder.path("r.json")
        let older = try FileDigest(ofFile: folder.write(Data("older".utf8), to: "old.mkv"))
        let written = try receipt(of: output) { $0.replaces = older }
        try written.write(to: path, reads: ReadFiles())
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
                as? [String: Any])
        #expect(json["state"] as? String == "done" && json["schema"] as? Int == 1)
        #expect(json["options"] as? [String: [String]] == ["--encoder-option": ["a=b"]])
        #expect(json["fingerprint"] == nil && json["error"] == nil, "absent, not null")
        let read = try #require(Receipt(ofFile: path))
        #expect(read.didTheWork(of: written) && read.replaces == written.replaces)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 3)
    }

    @Test(arguments: ["", "{", "[]", #"{"schema": 1}"#, "SCHEMA"])
    func whatIsDamagedIsNoReceipt(text: String) throws {
        let output = try folder.write(Data("x".utf8), to: "out.mkv")
        let path = try folder.write(Data(text.utf8), to: "r.json")
        if text == "SCHEMA" {
            try receipt(of: output) { $0.schema = 2 }.write(to: path, reads: ReadFiles())
        }
        #expect(Receipt(ofFile: path) == nil)
    }

    static let otherWork: [(what: String, change: @Sendable (inout Receipt) -> Void)] = [
        ("a claim", { $0.state = .claim }), ("a failure", { $0.exit = 70 }),
        ("no exit", { $0.exit = nil }), ("another version", { $0.version = "2" }),
        ("other bytes", { $0.input.sha256 = "x" }), ("another size", { $0.input.size = 4 }),
        ("an unknown input", { $0.input = Receipt.Input(name: "a.mp4") }),
        ("another profile", { $0.profile.sha256 = "x" }),
        ("another name of the profile", { $0.profile.name = "x" }),
        ("an option more", { $0.options["--invert"] = [] }),
        ("an option less", { $0.options = [:] }), ("another device", { $0.device = "x" }),
    ]

    @Test(arguments: otherWork.indices) func otherWorkIsNotDone(index: Int) throws {
        let output = try folder.write(Data("x".utf8), to: "out.mkv")
        let wanted = try receipt(of: output)
        #expect(wanted.didTheWork(of: wanted))
        let other = try receipt(of: output, Self.otherWork[index].change)
        #expect(!other.didTheWork(of: wanted), "\(Self.otherWork[index].what)")
    }

    @Test func anotherNameOfTheSameContentIsTheSame() throws {
        let output = try folder.write(Data("x".utf8), to: "out.mkv")
        let moved = try receipt(of: output) { $0.input.name = "elsewhere/a.mp4" }
        #expect(moved.didTheWork(of: try receipt(of: output)))
    }

    @Test func allThatIsWantedMustBeThere() throws {
        let output = try folder.write(Data("x".utf8), to: "out.mkv")
        let events = try folder.write(Data("e".utf8), to: "events")
        let done = try receipt(of: output) { $0.events = try? Receipt.File(complete: events) }
        #expect(done.wrote(output: output, events: events, report: nil))
        #expect(done.wrote(output: nil, events: events, report: nil))
        #expect(!done.wrote(output: output, events: nil, report: events), "no report was written")
        #expect(!done.wrote(output: folder.path("none"), events: nil, report: nil))
        _ = try folder.write(Data("y".utf8), to: "events")
        #expect(!done.wrote(output: output, events: events, report: nil), "of the same size")
    }

    @Test func onlyWhatTheRunMadeIsItsOwn() throws {
        let output = try folder.write(Data("x".utf8), to: "out.mkv")
        let inode = try #require(FileIdentity(output)).inode
        let done = try receipt(of: output)
        #expect(done.made(output))
        var claim = try receipt(of: output) { $0.state = .claim }
        claim.output = Receipt.File(name: output, inode: inode)
        #expect(claim.made(output))
        claim.output = Receipt.File(name: output, inode: inode + 1)
        #expect(!claim.made(output), "somebody else's")
        claim.replaces = try FileDigest(ofFile: output)
        #expect(claim.made(output), "an earlier one")
        // Written into by somebody else.
        try Data("y".utf8).write(to: URL(fileURLWithPath: output))
        #expect(!done.made(output) && !claim.made(output) && !claim.made(folder.path("none")))
    }

    /// Every file of a profile counts.
    @Test(arguments: ["profile.yaml", "estimator.onnx", "primary.onnx", "labels.txt", "groups.txt"])
    func aProfileIsAllItsFiles(name: String) throws {
        let profile = try ProfileFolder()
        let before = try Profile(folder: profile.path).digest()
        #expect(try Profile(folder: profile.path).digest() == before)
        let texts = [
            "profile.yaml": ProfileFolder.manifest.replacing("depth: 8", with: "depth: 9"),
            "labels.txt": "happy\nmad\n", "groups.txt": "any: 1\n",
        ]
        _ = try profile.folder.write(Data((texts[name] ?? "other").utf8), to: name)
        #expect(try Profile(folder: profile.path).digest() != before)
    }
}
