import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ProfileFinderTests {
    /// Makes `path/profile.yaml` under a folder.
    private static func add(_ path: String, to folder: TemporaryFolder) throws {
        let profile = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
        try Data().write(to: profile.appendingPathComponent("profile.yaml"))
    }

    @Test("Folders in their order: own, configuration, beside the program, above the build")
    func order() throws {
        let folder = try TemporaryFolder()
        let root = folder.url.resolvingSymlinksInPath().path
        try Self.add("package/Profiles/p", to: folder)
        _ = try folder.write(Data(), to: "package/Package.swift")
        let program = root + "/package/.build/debug/maskstream"
        try FileManager.default.createDirectory(
            atPath: root + "/package/.build/debug", withIntermediateDirectories: true)
        let finder = ProfileFinder(
            environment: [
                "MASKSTREAM_PROFILES": "/first:/second", "XDG_CONFIG_HOME": "/config",
                "HOME": "/home/me",
            ], program: program)
        #expect(
            finder.folders == [
                "/first", "/second", "/config/maskstream/profiles",
                root + "/package/.build/share/maskstream/profiles", root + "/package/Profiles",
            ])
    }

    @Test("Without settings, or with empty ones, the home folder's configuration counts")
    func home() {
        for environment in [[:], ["XDG_CONFIG_HOME": "", "MASKSTREAM_PROFILES": ""]] {
            let finder = ProfileFinder(
                environment: environment.merging(["HOME": "/home/me"]) { $1 },
                program: "/usr/bin/maskstream")
            #expect(
                finder.folders == [
                    "/home/me/.config/maskstream/profiles", "/usr/share/maskstream/profiles",
                ])
        }
        let bare = ProfileFinder(environment: [:], program: "/usr/bin/maskstream")
        #expect(bare.folders == ["/usr/share/maskstream/profiles"])
    }

    @Test("The first folder that has the profile wins, a path is taken as it is")
    func finding() throws {
        let folder = try TemporaryFolder()
        for path in ["one/a", "two/a", "two/b", "else/c"] { try Self.add(path, to: folder) }
        try FileManager.default.createDirectory(
            atPath: folder.path("one/empty"), withIntermediateDirectories: true)
        let finder = ProfileFinder(
            environment: [
                "MASKSTREAM_PROFILES":
                    [folder.path("none"), folder.path("one"), folder.path("two")].joined(
                        separator: ":")
            ], program: "/nowhere/maskstream")
        #expect(try finder.folder(of: "a") == folder.path("one/a"))
        #expect(try finder.folder(of: "b") == folder.path("two/b"))
        #expect(try finder.folder(of: folder.path("else/c")) == folder.path("else/c"))
        #expect(finder.profiles().map(\.name) == ["a", "b"])
        #expect(finder.profiles().map(\.folder) == [folder.path("one/a"), folder.path("two/b")])
        for name in ["c", "empty", folder.path("one/empty"), folder.path("else/x"), ""] {
            let error = #expect(throws: MaskStreamError.self) { try finder.folder(of: name) }
            #expect(error?.code == .configuration)
            #expect(
                error?.hint?.contains(name.hasSuffix("one/empty") ? "profile.yaml" : "a, b") == true
            )
        }
    }

    @Test("Where there are none, the folders are named")
    func none() {
        let finder = ProfileFinder(
            environment: ["MASKSTREAM_PROFILES": "/nowhere"], program: "/no/bin/maskstream")
        let error = #expect(throws: MaskStreamError.self) { try finder.folder(of: "x") }
        #expect(error?.hint == "no profiles in /nowhere, /no/share/maskstream/profiles")
    }
}
