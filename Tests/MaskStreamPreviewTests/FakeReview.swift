import Foundation
import MaskStream
import MaskStreamPreview

/// An analysis of a hundred frames, held in memory; its masked frames are blue, its unmasked ones red.
final class FakeReview: Reviewed {
    struct Facts {
        var json = #"{"tracks":{},"regions":[],"spans":[]}"#
        var tag = "first"
        var asked: [WatchView] = []
        var rendering = ReviewRendering(output: "out.mp4")
        var refusal: MaskStreamError?
    }

    private let facts = Confined(Facts(), label: "fake")
    private let recorder: TimelineRecorder

    var now: Facts { facts.sync { $0 } }

    /// - Parameters:
    ///   - cuts: the frames that begin a scene.
    ///   - proposals: tracks that may go on with others, as `1@2 1@0`.
    init(frames: Int = 100, cuts: [Int] = [], proposals: [String] = []) {
        var recorder = TimelineRecorder(
            size: (32, 18), inverts: true,
            proposals: proposals.map { words in
                let moments = words.split(separator: " ").map { word in
                    let parts = word.split(separator: "@")
                    return TrackMoment(
                        number: Int(parts[0]) ?? 0, time: Double(parts[1]) ?? 0)
                }
                return TrackProposal(track: moments[0], continues: moments[1], similarity: 0.86)
            })
        for number in 0..<frames {
            let isLost = (20..<25).contains(number)
            recorder.add(
                ReviewFrame(
                    number: number, time: Double(number) / 25, threshold: 0.5,
                    beginsScene: cuts.contains(number), tracks: isLost ? [2] : [1, 2]))
        }
        recorder.finish()
        self.recorder = recorder
    }

    func update(_ change: (inout Facts) -> Void) { facts.sync { change(&$0) } }

    let name = "clip <b>"

    func timeline(from start: Double?, to end: Double?) -> ReviewTimeline {
        recorder.timeline(from: start, to: end)
    }

    func moment(at place: ReviewPlace) throws -> ReviewMoment {
        let frame =
            switch place {
            case .frame(let frame): frame
            case .time(let time): Int(time * 25 + 0.001)
            }
        guard (0..<recorder.timeline().frames).contains(frame) else {
            throw WatchRefusal("There is no frame \(frame).")
        }
        return ReviewMoment(
            frame: frame, time: Double(frame) / 25, end: Double(frame + 1) / 25, threshold: 0.5,
            miss: nil,
            subjects: [.init(track: 1, box: [4, 4, 8, 8], label: nil)])
    }

    func image(_ view: WatchView, frame: Int) throws -> [UInt8] {
        facts.sync { $0.asked.append(view) }
        return view == .original ? FakeStream.red : FakeStream.blue
    }

    func edits() throws -> TaggedEdits {
        facts.sync { TaggedEdits(json: Array($0.json.utf8), tag: $0.tag) }
    }

    func replaceEdits(_ json: [UInt8], tagged tag: String) throws -> String {
        try facts.sync { facts in
            if let refusal = facts.refusal { throw refusal }
            guard facts.tag == tag else { throw StaleEdits() }
            facts.json = String(decoding: json, as: UTF8.self)
            facts.tag += "'"
            return facts.tag
        }
    }

    var rendering: ReviewRendering { now.rendering }

    func beginRendering() throws { facts.sync { $0.rendering.state = .running } }

    func stopRendering() { facts.sync { $0.rendering.state = .idle } }
}

/// The page of a review, served on a free port of this machine.
final class ServedReview: ServedPage {
    let server: ReviewServer
    let url: String
    let port: UInt16

    init(_ review: FakeReview, allowsOriginal: Bool = false) throws {
        server = try ReviewServer(
            address: WatchAddress("127.0.0.1:0"), review: review, allowsOriginal: allowsOriginal)
        url = try server.start()
        port = UInt16(URL(string: url)?.port ?? 0)
    }

    deinit { server.stop() }

    /// A request with the token; as the page asks where it changes something.
    func tell(
        _ method: String = "GET", _ path: String, _ headers: [String: String?] = [:],
        body: String = ""
    ) throws -> Answer {
        let known = own.merging(["Authorization": "Bearer \(token)"]) { $1 }
        return try ask(method, path, known.merging(headers) { $1 }, body: body)
    }
}
