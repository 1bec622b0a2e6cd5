import Dispatch
import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// Prints how a session goes: a bar on a terminal, plain or JSON lines elsewhere.
final class ProgressPrinter: Sendable {
    /// How progress is written.
    enum Style {
        case bar
        case plain
        case json
        case quiet
    }

    private struct State {
        var warnings: [MediaWarning] = []
        /// How many warnings of each code there were.
        var counts: [String: Int] = [:]
        var isBarShown = false
        var lastShown: UInt64 = 0
        var duration: Double?
        /// The first frame's time in seconds.
        var begin: Double?
    }

    private let style: Style
    /// The input's name, where there are several.
    private let name: String?
    private let start = Uptime.now
    private let state = Confined(State(), label: "maskstream.progress")

    /// Makes a printer; `name` is the input's, where there are several.
    ///
    /// Of those that run at the same time, each writes lines: bars would overwrite each other.
    init(_ mode: ProgressMode, name: String? = nil, isBesideOthers: Bool = false) {
        self.name = name
        style =
            switch mode {
            case .auto: Console.isTerminal && !isBesideOthers ? .bar : .plain
            case .plain: .plain
            case .json: .json
            case .none: .quiet
            }
    }

    /// Lets progress be shown as a fraction of so many seconds.
    func expect(duration: Double?) { state.sync { $0.duration = duration } }

    /// How many warnings of each code are printed.
    private static let mostWarnings = 100

    /// Prints a warning once, and of each code a limited number: a folder may hold many broken
    /// images.
    func warn(_ warning: MediaWarning) {
        let warning = MediaWarning(warning.code, withoutCredentials(in: warning.message))
        state.sync { state in
            guard !state.warnings.contains(warning) else { return }
            let count = state.counts[warning.code, default: 0] + 1
            state.counts[warning.code] = count
            guard count <= Self.mostWarnings + 1 else { return }
            let warning =
                count <= Self.mostWarnings
                ? warning : MediaWarning(warning.code, "further warnings like this are not shown")
            state.warnings.append(warning)
            log(warning, level: "warning", &state)
        }
    }

    /// Says where models run, unless that is the processor as usual.
    func tell(_ choice: DeviceChoice) {
        guard let reason = choice.reason else { return }
        let hardware = choice.device.hardware.map { " (\($0))" } ?? ""
        let note = MediaWarning("device", "models run on \(choice.device)\(hardware): \(reason)")
        if choice.isReplaced { warn(note) } else { inform(note) }
    }

    /// Says why video is decoded in software, where hardware was left to the program; what was asked
    /// for by name and failed is warned of.
    func tell(_ decoding: DecodingPlace?, asked: HardwareRequest) {
        guard asked == .auto, let reason = decoding?.reason else { return }
        inform(MediaWarning("software_decoder", "decoded in software: \(reason)"))
    }

    /// Prints what is good to know and nothing to be warned of.
    func inform(_ note: MediaWarning) {
        guard style != .quiet else { return }
        state.sync { log(note, level: "info", &$0) }
    }

    private func log(_ note: MediaWarning, level: String, _ state: inout State) {
        if style == .json {
            json(["type": "log", "level": level, "code": note.code, "message": note.message])
        } else {
            clearBar(&state)
            Console.error("\(level): \(prefix)\(note.message)")
        }
    }

    /// The warnings printed so far, in a fixed order.
    var warnings: [MediaWarning] { state.sync { $0.warnings } }

    /// Shows that a frame was written, at intervals.
    func show(_ work: borrowing FrameWork) {
        let now = Uptime.now
        let interval: UInt64 =
            style == .bar ? 100_000_000 : style == .json ? 500_000_000 : 5_000_000_000
        guard style != .quiet else { return }
        let time = work.source.time
        let due = state.sync { state -> State? in
            if state.begin == nil { state.begin = time }
            guard Uptime.elapsed(from: max(state.lastShown, start), to: now) >= interval else {
                return nil
            }
            state.lastShown = now
            return state
        }
        guard let due else { return }
        let line = ProgressLine(
            frame: work.index, time: time - (due.begin ?? time),
            elapsed: Uptime.seconds(from: start, to: now), duration: due.duration,
            kept: work.keptFraction, threshold: work.threshold)
        switch style {
        case .bar:
            state.sync { $0.isBarShown = true }
            Console.bar(line.bar(width: Console.width, name: name))
        case .plain: Console.error(prefix + line.plain)
        case .json: json(line.fields)
        case .quiet: break
        }
    }

    /// Ends the bar and prints the summary.
    func finish(_ lines: [String], fields: [String: any Sendable]) {
        state.sync { clearBar(&$0) }
        switch style {
        case .json: json(fields.merging(["type": "summary"]) { _, type in type })
        case .quiet: break
        case .bar, .plain: lines.forEach(Console.error)
        }
    }

    /// Removes the bar, so that something else can be written.
    func clear() { state.sync { clearBar(&$0) } }

    private func clearBar(_ state: inout State) {
        guard state.isBarShown else { return }
        state.isBarShown = false
        Console.bar("")
    }

    private var prefix: String { name.map { "\($0): " } ?? "" }

    private func json(_ fields: [String: any Sendable]) {
        var fields = fields
        if let name, fields["inputs"] == nil { fields["input"] = name }
        do {
            let data = try JSONSerialization.data(
                withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
            Console.json(String(decoding: data, as: UTF8.self))
        } catch {
            Console.error("error: progress cannot be written as JSON: \(error)")
        }
    }
}

/// How far a run is, in words.
struct ProgressLine {
    let frame: Int
    let time: Double
    let elapsed: Double
    let duration: Double?
    let kept: Float
    let threshold: Float

    private var rate: Double { elapsed > 0 ? Double(frame + 1) / elapsed : 0 }

    private var share: Double? {
        guard let duration, duration > 0 else { return nil }
        return min(max(time / duration, 0), 1)
    }

    /// Seconds still to go; nil where the end is not known.
    private var eta: Double? {
        guard let share, share > 0 else { return nil }
        return elapsed / share - elapsed
    }

    private var facts: String {
        "\(decimals(rate, 1)) fps, kept \(decimals(Double(kept) * 100, 1)) %, threshold \(decimals(Double(threshold), 3))"
    }

    /// One line of a fixed form.
    var plain: String {
        let rest = eta.map { ", \(clock($0)) to go" } ?? ""
        return "frame \(frame + 1), \(decimals(time, 2)) s, \(facts)\(rest)"
    }

    /// A bar that fits a terminal.
    func bar(width: Int, name: String? = nil) -> String {
        let name = name.map { "\($0): " } ?? ""
        guard let share else { return String((name + plain).prefix(max(0, width - 1))) }
        let tail =
            " \(decimals(share * 100, 0)) %  \(facts)" + (eta.map { "  ETA \(clock($0))" } ?? "")
        let cells = min(30, width - name.count - tail.count - 3)
        guard cells >= 5 else {
            return String((name + tail.dropFirst()).prefix(max(0, width - 1)))
        }
        let full = Int((share * Double(cells)).rounded())
        return name + "▕" + String(repeating: "█", count: full)
            + String(repeating: " ", count: cells - full) + "▏" + tail
    }

    /// The fields of a JSON line.
    var fields: [String: any Sendable] {
        [
            "type": "progress", "frame": frame, "time": number(time, 3), "fps": number(rate, 1),
            "eta": eta.map { number($0, 1) } as (any Sendable)? ?? NSNull(),
            "kept": number(Double(kept), 4), "threshold": number(Double(threshold), 4),
        ]
    }
}
