import Foundation
import Testing

@testable import MaskStream

/// What of a frame's event a timeline needs, read from its bytes.
struct FrameOutlineTests {
    private func outline(_ text: String) throws -> FrameOutline? {
        try FrameOutline(Data(text.utf8))
    }

    @Test(arguments: [
        #"{"type":"frame","frame":7,"pts":-3,"time":0.28,"threshold":0.5,"miss":"nan","subjects":[]}"#,
        """
         { "schema" : 1, "probe" : {"a": [1, {"b": "}]\\" "}, []], "frame": 1}, "file": "\\"\\\\",
           "frame" : 7 , "kept": -1.5E-3, "threshold": 5e-1, "pts":-3, "time": 0.28, "miss": "other",
           "subjects" : [ {"box": [1, 2], "track": 4}, {"track": null}, {} , {"track":2} ],
           "findings": {"subjects": [{"begins_scene": false}], "begins_scene": true}, "type":"frame" }
        """,
    ])
    func frames(text: String) throws {
        let frame = try #require(try outline(text))
        #expect(frame.frame == 7 && frame.pts == -3 && frame.time == 0.28)
        #expect(frame.threshold == 0.5)
        let isLong = text.contains("schema")
        #expect(frame.miss == (isLong ? .missing : .nan))
        #expect(frame.tracks == (isLong ? [4, 2] : []) && frame.beginsScene == isLong)
    }

    @Test(arguments: [
        #"{"type":"warning","message":"\"frame\":1","code":"c"}"#,
        #"{"type":"threshold","frame":1,"from":0.1,"to":0.2,"reason":"cut"}"#,
        #"{"type":"frame","frame":1,"pts":null,"time":0,"threshold":0.5}"#,
    ])
    func others(text: String) throws { #expect(try outline(text) == nil) }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"frame":1}"#, #"{"type":"frame"} x"#,
        #"{"type":"frame","frame":x}"#,
        #"{"type":"frame","frame":"1"}"#, #"{"type":"frame","subjects":{}}"#, #"{"type":"frame"#,
        #"{"type" "frame"}"#, #"{"type":"frame",}"#,
        #"{"type":"frame","probe":{"a":"\"}}"#,
    ])
    func malformed(text: String) {
        #expect(throws: (any Error).self) { try outline(text) }
    }
}
