import Dispatch
import MaskStream
import MaskStreamFFmpeg

/// The frames of an analysis from one of them on, as many as are asked for.
///
/// Each knows whether it begins a scene, as the analysis says; the first one does.
final class MomentSource: FrameSource, Sendable {
    private struct State {
        /// The number of the next frame.
        var next: Int
        /// The last frame that may be read.
        var last = -1
        var isOver = false
    }

    let format: FrameFormat
    private let input: FFmpegSource
    private let first: FrameIndex.Place
    private let scenes: Set<Int>
    private let state: Confined<State>
    private let demand = DispatchSemaphore(value: 0)

    /// Opens an input at a frame.
    ///
    /// - Parameters:
    ///   - first: the first frame.
    ///   - scenes: the numbers of frames that begin a scene.
    /// - Throws: what opening and reading the input throws.
    init(_ options: InputOptions, from first: FrameIndex.Place, scenes: Set<Int>) throws {
        input = try FFmpegSource(options)
        format = input.format
        self.first = first
        self.scenes = scenes
        state = Confined(State(next: first.frame), label: "maskstream.moments.source")
        // Recorded times are rounded to the microsecond; where the input cannot seek it is read.
        let moment = first.time + input.streams.trimStart - input.origin - 1e-5
        if first.frame > 0 { _ = try input.skip(to: moment) }
    }

    /// Whether the input is one still image.
    var isImage: Bool { input.isImage }

    /// Lets frames be read up to one, if not beyond it already.
    func allow(upTo frame: Int) {
        state.sync { $0.last = max($0.last, frame) }
        demand.signal()
    }

    /// Ends the frames, also those that somebody waits for.
    func end() {
        state.sync { $0.isOver = true }
        input.interrupt()
        demand.signal()
    }

    func next() throws -> Frame? {
        guard let number = waitForDemand() else { return nil }
        while let frame = try input.next() {
            // A seek may have led to an earlier frame.
            guard frame.pts >= first.pts else { continue }
            return frame.replacing(beginsScene: number == first.frame || scenes.contains(number))
        }
        return nil
    }

    /// The number of the next frame, once somebody asks for it; nil at the end.
    private func waitForDemand() -> Int? {
        while true {
            let (number, isOver) = state.sync { state -> (Int?, Bool) in
                guard !state.isOver, state.next <= state.last else { return (nil, state.isOver) }
                defer { state.next += 1 }
                return (state.next, false)
            }
            if isOver { return nil }
            if let number { return number }
            demand.wait()
        }
    }
}
