import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg

/// A frame as rendering makes it and, where that is allowed, as it was before: two JPEG files.
struct Moment: Sendable {
    let masked: [UInt8]
    let original: [UInt8]?
}

/// A part of a render whose frames are looked at instead of written.
///
/// It is the pipeline of a render, from a frame at which nothing of earlier ones is known, up to some
/// frames beyond the one that was asked for last: whoever plays forwards finds the next one ready.
final class MomentRun: Sendable {
    private struct State {
        /// The frame that was asked for last.
        var wanted: Int
        /// The frame that comes next.
        var next: Int
        var moments: [Int: Moment] = [:]
        var isOver = false
        var failure: (any Error)?
    }

    /// Frames that are rendered ahead.
    private static let ahead = 12
    /// Frames before the one that was asked for that are looked at, for whoever goes back.
    private static let behind = 25
    /// Frames that are kept.
    private static let kept = 120
    /// Frames ahead that are waited for; what is farther is begun elsewhere.
    private static let reach = 100
    /// The longer side of an image.
    private static let side = 1_280

    /// The first frame.
    let first: Int
    private let lookahead: Int
    private let source: MomentSource
    private let state: Confined<State>
    private let arrivals = DispatchSemaphore(value: 0)

    /// Begins to render.
    ///
    /// - Parameters:
    ///   - plan: the render.
    ///   - first: the frame to begin with.
    ///   - wanted: the frame that is asked for.
    ///   - keepsOriginal: whether unmasked frames may be shown.
    /// - Throws: what opening the input and the analysis throws.
    init(
        _ plan: SessionPlan, from first: FrameIndex.Place, scenes: Set<Int>, wanted: Int,
        keepsOriginal: Bool
    ) throws {
        self.first = first.frame
        source = try MomentSource(plan.inputOptions(), from: first, scenes: scenes)
        let isImage = source.isImage
        let settings = plan.settings(isLive: false, isolatesFrames: isImage)
        lookahead = settings.masks.lookahead
        state = Confined(State(wanted: wanted, next: first.frame), label: "maskstream.moments")
        let pipeline = Pipeline(
            source: source,
            parts: try plan.stages(
                format: source.format, settings: settings, isLive: false, steering: nil,
                recorder: nil, warn: { _ in }),
            sink: NoSink(), scenes: nil,
            controller: try plan.arguments.mask.controller(plan.profile, isolatesFrames: isImage),
            findings: try plan.findings(from: first), depth: settings.depth, lookahead: lookahead,
            observe: { [weak self] work, _ in try self?.take(work, keepsOriginal: keepsOriginal) })
        source.allow(upTo: wanted + Self.ahead + lookahead)
        Thread.detachNewThread { [state, arrivals] in
            let result = Result { try pipeline.run() }
            state.sync { state in
                state.isOver = true
                if case .failure(let failure) = result { state.failure = failure }
            }
            arrivals.signal()
        }
    }

    deinit { source.end() }

    /// A frame, waited for; nil where this run does not come to it soon.
    ///
    /// Asked for by one thread at a time.
    ///
    /// - Throws: what has ended the run before the frame.
    func moment(of frame: Int) throws -> Moment? {
        let isNear = state.sync { state in
            guard state.moments[frame] == nil else { return true }
            guard frame >= state.next, frame <= state.next + Self.reach else { return false }
            state.wanted = frame
            return true
        }
        guard isNear else { return nil }
        source.allow(upTo: frame + Self.ahead + lookahead)
        while true {
            let (moment, isOver, failure) = state.sync {
                ($0.moments[frame], $0.isOver, $0.failure)
            }
            if let moment { return moment }
            if let failure { throw failure }
            if isOver { return nil }
            arrivals.wait()
        }
    }

    /// Looks at a frame that was rendered; those long before the wanted one are not kept.
    private func take(_ work: borrowing FrameWork, keepsOriginal: Bool) throws {
        let frame = first + work.index
        let isWanted = state.sync { frame >= $0.wanted - Self.behind }
        let moment =
            isWanted ? try Moment(work, side: Self.side, keepsOriginal: keepsOriginal) : nil
        state.sync { state in
            state.next = frame + 1
            state.moments[frame] = moment
            state.moments[frame - Self.kept] = nil
        }
        arrivals.signal()
    }
}

extension Moment {
    /// Looks at a frame; nil where it was not painted.
    ///
    /// - Throws: what the encoder throws.
    fileprivate init?(_ work: borrowing FrameWork, side: Int, keepsOriginal: Bool) throws {
        guard let snapshot = FrameSnapshot(work, keepsOriginal: keepsOriginal) else { return nil }
        masked = try ImageEncoder.jpeg(snapshot.masked(side: side))
        original = try snapshot.original(side: side).map(ImageEncoder.jpeg)
    }
}
