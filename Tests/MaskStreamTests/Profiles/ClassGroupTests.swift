import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct ClassGroupTests {
    static let sound: [(text: String, groups: [ClassGroup])] = [
        ("dog: 3", [ClassGroup(name: "dog", ids: [3])]),
        ("dog: 1-3, 7", [ClassGroup(name: "dog", ids: [1, 2, 3, 7])]),
        ("  big cat :0 - 1 ,2,2 # lions", [ClassGroup(name: "big cat", ids: [0, 1, 2])]),
        (
            "# all\r\n\r\ndog: 9\r\n  # more\ncat: 0-0\n",
            [ClassGroup(name: "dog", ids: [9]), ClassGroup(name: "cat", ids: [0])]
        ),
    ]

    @Test("Lines become groups", arguments: sound)
    func reading(file: (text: String, groups: [ClassGroup])) throws {
        #expect(try ClassGroup.read(file.text, classes: 10, place: "groups.txt") == file.groups)
    }

    @Test(
        "What is no group is an error that names the line",
        arguments: [
            ("dog", 1), ("dog:", 1), (": 3", 1), ("dog: x", 1), ("dog: 3-", 1), ("dog: -3", 1),
            ("dog: 5-3", 1), ("dog: 1,,2", 1), ("dog: 1-2-3", 1), ("a: 1\ndog: 10", 2),
            ("a: 1\n\nA: 2", 3), ("a,b: 1", 1), ("a: 1: 2", 1), ("a: 99999999999999999999", 1),
            ("a: 0-999999999", 1),
        ])
    func wrong(text: String, line: Int) throws {
        let error = #expect(throws: MaskStreamError.self) {
            try ClassGroup.read(text, classes: 10, place: "groups.txt")
        }
        #expect(error?.code == .configuration && error?.hint != nil)
        #expect(error?.message.hasPrefix("line \(line): ") == true)
        #expect(error?.message.contains("groups.txt") == true)
    }

    @Test("A file without a group is an error", arguments: ["", "\n", "# nothing"])
    func empty(text: String) {
        #expect(throws: MaskStreamError.self) {
            try ClassGroup.read(text, classes: 10, place: "groups.txt")
        }
    }

    private static func primary(groups: String? = nil) throws -> PrimarySpec {
        let manifest = ProfileFolder.manifest.replacing(
            "  groups: groups.txt\n", with: groups == nil ? "" : "  groups: groups.txt\n")
        let folder = try ProfileFolder(
            manifest, labels: "tabby, tabby cat\nhusky\ncrane, bird\ncrane, machine\nCat\n",
            groups: groups ?? "")
        return try #require(try Profile(folder: folder.path).primary)
    }

    @Test("Names are groups, labels and the parts of labels, whatever their capitals")
    func names() throws {
        let primary = try Self.primary(groups: "dog: 1\nAnimal: 0-2")
        let table: [(names: [String], ids: Set<Int>)] = [
            (["dog"], [1]), (["animal"], [0, 1, 2]), (["dog", "Husky"], [1]),
            (["tabby cat"], [0]), (["TABBY"], [0]), (["crane"], [2, 3]), (["cat"], [4]),
            (["dog", "cat"], [1, 4]),
        ]
        for row in table { #expect(try primary.classes(named: row.names) == row.ids) }
    }

    @Test("An unknown name is told with close ones and with what there is")
    func unknown() throws {
        for groups in [nil, "dog: 1\nanimal: 0-2"] {
            let primary = try Self.primary(groups: groups)
            let error = #expect(throws: MaskStreamError.self) {
                try primary.classes(named: ["cat", "huskie"])
            }
            #expect(error?.code == .usage)
            #expect(error?.message == "unknown class (--classes huskie)")
            #expect(error?.hint?.hasPrefix("did you mean husky") == true)
            #expect(error?.hint?.contains(groups == nil ? "crane, bird" : "animal") == true)
        }
    }
}
