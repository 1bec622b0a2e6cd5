import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamPreview

/// An analysis as its page asks for it.
final class AnalysisReview: Reviewed {
    /// What is read of the events while the page opens.
    private struct Contents: Sendable {
        let index: FrameIndex
        let recorder: TimelineRecorder
        let moments: Moments
    }

    let name: String
    private let options: [String]
    private let plan: SessionPlan
    private let file: AuditedEdits
    private let folder: AnalysisFolder
    private let contents: Awaited<Contents>
    private let render: PageRender

    /// Opens the analysis and its input, and takes the edits for this program alone.
    ///
    /// - Throws: what ``RenderPlan`` throws; `MaskStreamError` 73 where another program changes the
    ///   edits.
    init(_ command: ReviewCommand) throws {
        let opened = try RenderPlan(command.render, takesEdits: false)
        let (plan, folder) = (opened.session, opened.folder)
        (self.plan, self.folder) = (plan, folder)
        options = command.options
        name = plan.inputName
        file = try AuditedEdits(in: folder.path)
        let size = try FFmpegSource(plan.inputOptions()).format.displaySize
        let showsOriginal = command.page.watchOriginal
        contents = Awaited {
            var recorder = TimelineRecorder(
                size: size, inverts: plan.arguments.mask.invert,
                proposals: folder.manifest.proposals ?? [])
            let index = try FrameIndex(ofEvents: folder.events) { recorder.add(ReviewFrame($0)) }
            recorder.finish()
            return Contents(
                index: index, recorder: recorder,
                moments: Moments(index, keepsOriginal: showsOriginal))
        }
        render = PageRender(output: command.common.output)
    }

    /// Stops what is under way.
    func end() { render.stop() }

    // MARK: Frames

    func timeline(from start: Double?, to end: Double?) throws -> ReviewTimeline {
        try contents.value.recorder.timeline(
            from: start, to: end, findings: VerificationResult.findings(of: folder))
    }

    func moment(at place: ReviewPlace) throws -> ReviewMoment {
        let contents = try contents.value
        let record =
            switch place {
            case .frame(let frame): try contents.index.record(of: frame)
            case .time(let time): try contents.index.record(at: time)
            }
        guard let record else { throw WatchRefusal("There is no such frame.") }
        let next = try contents.index.record(of: record.frame + 1)
        return ReviewMoment(
            frame: record.frame, time: record.time, end: next?.time ?? contents.recorder.end,
            threshold: record.threshold, miss: record.miss,
            subjects: record.subjects.map {
                ReviewMoment.Subject(track: $0.track, box: $0.box, label: $0.label)
            })
    }

    func image(_ view: WatchView, frame: Int) throws -> [UInt8] {
        let (edits, tag) = try file.read()
        var plan = plan
        plan.edits = edits
        let moment = try contents.value.moments.moment(frame, plan, tag: tag)
        guard view == .original else { return moment.masked }
        guard let original = moment.original else {
            throw WatchRefusal("Unmasked frames are not shown.")
        }
        return original
    }

    // MARK: Edits

    func edits() throws -> TaggedEdits {
        let (edits, tag) = try file.read()
        return TaggedEdits(json: Array(try JSONEncoder().encode(edits)), tag: tag)
    }

    func replaceEdits(_ json: [UInt8], tagged tag: String) throws -> String {
        guard !json.isEmpty else { throw MaskStreamError(.configuration, "the edits are missing") }
        let edits = try Edits(yaml: Data(json), name: "the edits")
        try RenderPlan.check(edits, of: "the edits", plan)
        if edits.namesTracks {
            _ = try edits.resolved(by: contents.value.index, name: "the edits")
        }
        guard let new = try file.replace(with: edits, tagged: tag) else { throw StaleEdits() }
        return new
    }

    // MARK: Rendering

    var rendering: ReviewRendering { render.now }

    func beginRendering() throws {
        try render.begin(
            options, frames: contents.value.index.frames, tag: file.read().tag)
    }

    func stopRendering() { render.stop() }
}
