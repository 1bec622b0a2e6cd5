import Foundation
import Testing

@testable import MaskStream

/// What the audit says of a change.
@Suite struct EditChangeTests {
    private func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test(arguments: [
        (#"{"tracks":{}}"#, #"{"tracks":{"3":"keep"}}"#, ["tracks.3 null keep"]),
        (
            #"{"tracks":{"3":"keep","4":"hide"}}"#, #"{"tracks":{"3":"hide"}}"#,
            ["tracks.3 keep hide", "tracks.4 hide null"]
        ),
        (#"{"regions":[1,2,3]}"#, #"{"regions":[1,9,3]}"#, ["regions.1 2 9"]),
        (#"{"regions":[1,2,3]}"#, #"{"regions":[1,3]}"#, ["regions.1 2 null"]),
        (#"{"regions":[]}"#, #"{"regions":[7]}"#, ["regions.0 null 7"]),
        (#"{"regions":[1,1]}"#, #"{"regions":[1,1,1]}"#, ["regions.2 null 1"]),
        (#"{"spans":[1]}"#, #"{}"#, ["spans [1] null"]),
        (#"{"tracks":{"1":"keep"},"spans":[1]}"#, #"{"tracks":{"1":"keep"},"spans":[1]}"#, []),
    ])
    func changesAreTold(before: String, after: String, told: [String]) throws {
        let changes = EditChange.changes(from: try json(before), to: try json(after))
        func text(_ value: JSONValue) -> String {
            switch value {
            case .null: "null"
            case .string(let text): text
            case .number(let number): "\(Int(number))"
            case .array(let array): "[\(array.map(text).joined(separator: ","))]"
            default: "?"
            }
        }
        #expect(changes.map { "\($0.what) \(text($0.before)) \(text($0.after))" } == told)
    }

    @Test func jsonIsWrittenAsItWasRead() throws {
        let text = #"{"a":[1,2.5,true,null,"x"],"b":{"c":{}}}"#
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(try json(text)), as: UTF8.self) == text)
    }
}
