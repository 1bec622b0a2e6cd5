import Foundation
import MaskStreamTestSupport
import Testing

/// `Scripts/install` in a checkout of stand-ins: what it replaces and what it removes.
@Suite struct InstallTests {
    let folder: TemporaryFolder
    let prefix: String

    init() throws {
        folder = try TemporaryFolder()
        prefix = folder.path("prefix")
        let script = "#!/bin/sh\n"
        for (name, text) in [
            ("Scripts/setup", script), ("Scripts/man-page", script), ("tools/strip", script),
            ("tools/swift", script), (".build-static/release/maskstream", "\(script)# first\n"),
            (".runtime/onnxruntime/capi/libonnxruntime.so.1.28.0", "runtime"),
            (".runtime/onnxruntime/LICENSE", ""), ("LICENSE", ""),
            (".runtime/onnxruntime/ThirdPartyNotices.txt", ""),
            ("Profiles/faces/profile.yaml", "schema: 1\n"), ("Profiles/faces/old.txt", "old"),
        ] { try write(text, to: folder.path(name)) }
        try FileManager.default.copyItem(
            atPath: "\(Program.checkout)/Scripts/install", toPath: folder.path("Scripts/install"))
    }

    private func write(_ text: String, to path: String) throws {
        let home = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private func install(_ words: String...) throws -> ProgramResult {
        try runProgram(
            ["env", "PATH=\(folder.path("tools")):/usr/bin:/bin", folder.path("Scripts/install")]
                + words + [prefix])
    }

    private func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(prefix)/\(name)", encoding: .utf8)
    }

    /// What lies in the prefix, files only.
    private var files: [String] {
        get throws { try runProgram(["find", prefix, "!", "-type", "d", "-printf", "%P\n"]).lines }
    }

    private let manifest = "share/maskstream/profiles/faces/profile.yaml"

    @Test func anUpdateReplacesItsOwnFilesAndAllGo() throws {
        try #expect(install().status == 0)
        try write("#!/bin/sh\n# second\n", to: folder.path(".build-static/release/maskstream"))
        try FileManager.default.removeItem(atPath: folder.path("Profiles/faces/old.txt"))
        let again = try install()
        #expect(again.status == 0, "\(again.errors)")
        #expect(text("bin/maskstream")?.contains("second") == true)
        #expect(text("share/maskstream/profiles/faces/old.txt") == nil)
        try #expect(files.allSatisfy { !$0.contains("maskstream.") || !$0.hasPrefix("bin/") })
        let removal = try install("--uninstall")
        #expect(removal.status == 0 && !FileManager.default.fileExists(atPath: prefix))
    }

    @Test func whatOthersPutThereStays() throws {
        try write("mine", to: "\(prefix)/bin/maskstream")
        let result = try install()
        #expect(result.status == 73, "\(result.errors)")
        #expect(result.errors.contains("has not installed \(prefix)/bin/maskstream"))
        try #expect(files == ["bin/maskstream"])
        #expect(text("bin/maskstream") == "mine")
        // A link to another program is no file of its own.
        try FileManager.default.removeItem(atPath: "\(prefix)/bin/maskstream")
        try FileManager.default.createSymbolicLink(
            atPath: "\(prefix)/bin/maskstream", withDestinationPath: "/bin/true")
        try #expect(install().status == 73)
        try #expect(files == ["bin/maskstream"])
    }

    @Test func whatWasChangedStays() throws {
        try #expect(install().status == 0)
        try write("schema: 1\n# edited\n", to: "\(prefix)/\(manifest)")
        let before = try files
        let result = try install()
        #expect(result.status == 73, "\(result.errors)")
        #expect(result.errors.contains("changed since it was installed: \(prefix)/\(manifest)"))
        try #expect(files == before)
        let removal = try install("--uninstall")
        #expect(removal.status == 0)
        #expect(removal.errors.contains("kept, as it was changed: \(prefix)/\(manifest)"))
        try #expect(files == [manifest])
        #expect(text(manifest)?.contains("edited") == true)
    }

    @Test func anInterruptedUpdateIsMadeAgain() throws {
        try #expect(install().status == 0)
        let list = "share/maskstream/installed"
        let old = try #require(text(list))
        try write("#!/bin/sh\n# second\n", to: folder.path(".build-static/release/maskstream"))
        try #expect(install().status == 0)
        let new = try #require(text(list))
        // The list is that of both; some files are old.
        try write(new + old, to: "\(prefix)/\(list)")
        try write("#!/bin/sh\n# first\n", to: "\(prefix)/bin/maskstream")
        try #expect(install().status == 0)
        #expect(text(list) == new && text("bin/maskstream")?.contains("second") == true)
        try #expect(install("--uninstall").errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: prefix))
    }
}
