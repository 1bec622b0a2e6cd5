import MaskStream
import MaskStreamPreview

/// The frames of an analysis as they are rendered with the edits in force, one at a time.
final class Moments: Sendable {
    private struct State {
        var run: MomentRun?
        /// The tag of the edits that it renders with.
        var tag: String?
    }

    /// Seconds of a scene that are rendered from its beginning on.
    private static let longest = 10.0
    /// Seconds that stand for the beginning of a longer scene: smoothing and hold are over by then.
    private static let lead = 3.0

    private let index: FrameIndex
    private let scenes: Set<Int>
    private let keepsOriginal: Bool
    private let state = Confined(State(), label: "maskstream.moments.run")

    /// Makes frames of an analysis.
    init(_ index: FrameIndex, keepsOriginal: Bool) {
        self.index = index
        self.keepsOriginal = keepsOriginal
        scenes = Set(index.scenes.map(\.frame))
    }

    /// A frame as a render makes it.
    ///
    /// - Parameters:
    ///   - plan: the render with the edits in force.
    ///   - tag: the edits' tag.
    /// - Throws: ``WatchRefusal`` where there is no such frame; what the render throws.
    func moment(_ frame: Int, _ plan: SessionPlan, tag: String) throws -> Moment {
        try state.sync { state in
            if state.tag == tag, let moment = try state.run?.moment(of: frame) { return moment }
            var plan = plan
            plan.edits = try plan.edits.resolved(by: index, name: "the edits")
            guard let first = try start(of: frame, plan.edits) else {
                throw WatchRefusal("There is no frame \(frame).")
            }
            (state.run, state.tag) = (nil, tag)
            plan.edits = plan.edits.from(sceneAt: first.time, seen: index.seen)
            let run = try MomentRun(
                plan, from: first, scenes: scenes, wanted: frame, keepsOriginal: keepsOriginal)
            guard let moment = try run.moment(of: frame) else {
                throw MaskStreamError(
                    .badData, "the input ends before frame \(frame)", hint: "analyze it again")
            }
            state.run = run
            return moment
        }
    }

    /// The frame with which a render of another one begins: its scene's first, where that is near.
    private func start(of frame: Int, _ edits: Edits) throws -> FrameIndex.Place? {
        guard let time = try index.record(of: frame)?.time, let scene = index.scene(of: frame)
        else { return nil }
        let isNear = time - scene.time <= Self.longest
        return isNear || edits.dependOnScene
            ? scene : index.place(before: time - Self.lead) ?? scene
    }
}
