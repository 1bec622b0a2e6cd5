import Testing

@testable import MaskStream

struct LabelTrackTests {
    private static func track(_ text: String) throws -> LabelTrack {
        try LabelTrack(text, labels: ["happiness", "anger"], place: "labels.csv")
    }

    @Test("Spans of seconds, the end excluded, the first of two")
    func spans() throws {
        let track = try Self.track("start,end,label\n0, 1.5, anger\r\n1,3,happiness\n\n")
        let labels = [0, 1.4, 1.5, 2.9, 3].map { track.label(frame: 9, time: $0, file: nil) }
        #expect(labels == [1, 1, 0, 0, nil])
    }

    @Test("Frames and files")
    func framesAndFiles() throws {
        let frames = try Self.track("0,anger\n7,happiness")
        #expect(frames.label(frame: 7, time: 0, file: nil) == 0)
        #expect(frames.label(frame: 1, time: 0, file: nil) == nil)
        let files = try Self.track("file,label\na b.png,anger\n")
        #expect(files.label(frame: 0, time: 0, file: "a b.png") == 1)
        #expect(files.label(frame: 0, time: 0, file: "b.png") == nil)
    }

    @Test(
        "A bad line is named",
        arguments: [
            ("0,1,anger\n1,2,angre", "line 2", "anger"), ("0,1,2,anger", "line 1", "form"),
            ("1,1,anger", "line 1", "form"), ("a,1,anger", "line 1", "form"),
            ("0,nan,anger", "line 1", "form"), ("0,anger\n0,anger", "frame 0", "form"),
            ("anger", "line 1", "form"), (",anger", "line 1", "form"),
            ("", "labels.csv", "form"), ("0,anger\n0,1,anger", "labels.csv", "form"),
        ])
    func bad(text: String, what: String, hint: String) throws {
        let error = #expect(throws: MaskStreamError.self) { try Self.track(text) }
        #expect(error?.code == .badData)
        #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("labels.csv") == true)
        #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "")")
    }
}
