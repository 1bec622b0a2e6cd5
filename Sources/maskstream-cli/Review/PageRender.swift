import Foundation
import MaskStream
import MaskStreamPreview

/// The render that a page asks for: `maskstream render` in a process of its own.
final class PageRender: Sendable {
    private struct State {
        var rendering: ReviewRendering
        /// How many frames there are.
        var frames = 0
        var child: pid_t?
        /// Whether somebody has stopped what is under way.
        var isStopped = false
        /// Whether an output was made.
        var hasOutput = false
        var log: TemporaryFile?
    }

    /// A line that the child writes about its progress.
    private struct Line: Decodable {
        let frame: Int
        let eta: Double?
    }

    private let state: Confined<State>

    /// Renders nothing yet; `output` is where the output goes, nil where none was named.
    init(output: String?) {
        state = Confined(
            State(rendering: ReviewRendering(output: output)), label: "maskstream.review.render")
    }

    /// How far it is.
    var now: ReviewRendering {
        state.sync { state in
            if state.rendering.state == .running, let line = state.log.flatMap(Self.lastLine) {
                state.rendering.fraction = min(
                    1, Double(line.frame + 1) / Double(max(1, state.frames)))
                state.rendering.eta = line.eta
            }
            return state.rendering
        }
    }

    /// Begins; an output that this page has made before is replaced.
    ///
    /// - Parameters:
    ///   - options: the render's options, the folder among them.
    ///   - frames: how many frames there are.
    ///   - tag: the tag of the edits that it renders with.
    /// - Throws: ``WatchRefusal`` where it is under way, or there is no output.
    func begin(_ options: [String], frames: Int, tag: String) throws {
        let log = try TemporaryFile()
        let command = try state.sync { state -> [String] in
            guard state.rendering.output != nil else {
                throw WatchRefusal("Start maskstream review with -o OUT to render.")
            }
            guard state.rendering.state != .running else {
                throw WatchRefusal("Rendering is under way.")
            }
            let hasOutput = state.hasOutput
            state.rendering = ReviewRendering(output: state.rendering.output)
            (state.rendering.state, state.rendering.tag) = (.running, tag)
            (state.frames, state.log, state.isStopped) = (frames, log, false)
            return ["/proc/self/exe", "render"] + (hasOutput ? ["--overwrite"] : []) + options
        }
        Thread.detachNewThread { [self] in
            let result = Result {
                try ChildRun(command, log: log) { child in
                    state.sync {
                        $0.child = child
                        // It may have been stopped before it began.
                        if $0.isStopped { kill(child, SIGINT) }
                    }
                }
            }
            state.sync { state in
                (state.child, state.log) = (nil, nil)
                switch result {
                case .success(let run):
                    (state.rendering.state, state.hasOutput) = (.done, true)
                    state.rendering.fraction = 1
                    state.rendering.message = "Done in \(clock(run.wall))."
                case .failure(let error):
                    state.rendering.state = .failed
                    // Whoever stops it early enough ends it before it can say anything.
                    state.rendering.message = state.isStopped ? "Stopped." : "\(error)"
                }
            }
        }
    }

    /// Stops what is under way, and what it has written stays as `NAME.part`.
    func stop() {
        state.sync { state in
            state.isStopped = true
            if let child = state.child { kill(child, SIGINT) }
        }
    }

    /// The last whole line about progress that was written.
    private static func lastLine(_ log: TemporaryFile) -> Line? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = pread(
            log.descriptor, &bytes, bytes.count, off_t(max(0, log.size - bytes.count)))
        let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
        return lines.reversed().lazy.compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0))
        }.first
    }
}
