import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamAnnotations

struct JSONElementsTests {
    private func elements(_ text: String) throws -> [String] {
        let folder = try TemporaryFolder()
        let path = try folder.write(Data(text.utf8), to: "a.json")
        var elements = try JSONElements(path)
        var found: [String] = []
        while let element = try elements.next() {
            let data = String(decoding: element.data, as: UTF8.self)
            #expect(Data(text.utf8)[element.place] == element.data)
            found.append("\(element.list) \(data)")
        }
        return found
    }

    @Test(arguments: [
        (#"{}"#, []),
        (#"{"a":[{"x":1},{"y":[{}]}]}"#, [#"a {"x":1}"#, #"a {"y":[{}]}"#]),
        (#" {"a" : 1, "b" : [ 2, [{"no":0}], {} ], "c":{"d":[{}]}, "e":[{}]}"#, ["b {}", "e {}"]),
        (#"{"a":"[{","b\"]":[{"s":"}]\\"}]}"#, [#"b\"] {"s":"}]\\"}"#]),
    ])
    func elementsOfLists(text: String, expected: [String]) throws {
        #expect(try elements(text) == expected)
    }

    @Test("Elements that are longer than what is read at once")
    func long() throws {
        let text = String(repeating: "x", count: 3_000_000)
        let found = try elements(#"{"a":[{"s":"\#(text)"},{"t":2}]}"#)
        #expect(found == [#"a {"s":"\#(text)"}"#, #"a {"t":2}"#])
    }

    @Test(arguments: [#"{"a":[{"#, #"{"a":[{}]"#, #"{"a"#])
    func truncated(text: String) {
        #expect(throws: MaskStreamError.self) { try elements(text) }
    }
}
