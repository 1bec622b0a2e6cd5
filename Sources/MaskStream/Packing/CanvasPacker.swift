/// Places the subjects of successive frames on a canvas, each where it was as long as that can be.
///
/// All have one scale, the largest of a ladder at which they fit, at most 1. A subject keeps its
/// place until it outgrows it, and its offset to the frame until it leaves the place, so that one at
/// rest does not move. Where a new one finds no room, all are placed anew, and at a smaller scale if
/// need be. The scale rises again when a larger one has been good for a second. Of more subjects
/// than the least scale has room for, the smallest are not on the canvas.
///
/// The order in which subjects are given does not matter.
public struct CanvasPacker: Sendable {
    /// Seconds for which a place is kept for a subject that is out of sight.
    static let memory = Tracker.memory
    /// Seconds for which a larger scale must have been good before it is taken.
    static let patience = 1.0
    /// By how much of its sides a place is larger than its subject, the most that there is room for.
    private static let slacks = [0.25, 0.125, 0]
    /// From 1 down, four steps to each half.
    private static let scales = (0..<44).map { Double(8 - $0 % 4) / Double(8 << ($0 / 4)) }

    private let canvas: (width: Int, height: Int)
    private let frames: (width: Int, height: Int)
    private let step: (x: Int, y: Int)
    private var layout: CanvasLayout
    private var rung = 0
    /// Since when a larger scale has been good, in seconds.
    private var roomSince: Double?

    /// Makes a packer for frames of one format.
    public init(_ size: CanvasSize, for frames: FrameFormat) {
        let pixels = frames.pixelFormat
        step = (max(2, 1 << pixels.chromaShiftX), max(2, 1 << pixels.chromaShiftY))
        self.frames = (frames.width, frames.height)
        let format = size.format(for: frames)
        canvas = (format.width, format.height)
        layout = CanvasLayout(width: canvas.width, height: canvas.height, step: step, scale: 1)
    }

    /// Places the subjects of the frame at a time in seconds, the highest first.
    public mutating func place(_ subjects: [Subject], time: Double) -> [PackedRegion] {
        let items = items(subjects)
        layout.free { $1 < time - Self.memory }
        if !add(items, time) { pack(items, from: rung, time) }
        rise(items, time)
        return items.compactMap(layout.region)
    }

    /// The subjects in whole chroma samples, in an order that is their own.
    private func items(_ subjects: [Subject]) -> [CanvasLayout.Item] {
        subjects.enumerated().compactMap { index, subject in
            let box = subject.box.grown(to: step, within: frames)
            guard box.width > 0, box.height > 0 else { return nil }
            return CanvasLayout.Item(
                key: subject.track ?? -1 - index, track: subject.track, box: box)
        }.sorted { ($1.box.height, $1.box.width, $0.key) < ($0.box.height, $0.box.width, $1.key) }
    }

    /// Gives what has no place one among the others, if need be where subjects out of sight lay;
    /// false where there is no room for all.
    private mutating func add(_ items: [CanvasLayout.Item], _ time: Double) -> Bool {
        var present = layout
        let keys = Set(items.map(\.key))
        present.free { key, _ in !keys.contains(key) }
        for layout in [layout, present] {
            for slack in Self.slacks {
                var trial = layout
                guard trial.place(items, slack: slack, time: time) else { continue }
                self.layout = trial
                return true
            }
        }
        return false
    }

    /// Places all anew at the largest scale at which they fit, from a rung of the ladder on.
    private mutating func pack(_ items: [CanvasLayout.Item], from first: Int, _ time: Double) {
        for next in first..<Self.scales.count {
            rung = next
            for slack in Self.slacks {
                let (trial, isWhole) = packed(items, rung: next, slack: slack, time)
                layout = trial
                if isWhole { return }
            }
        }
    }

    /// Takes a larger scale when it has been good for a while, with room to spare.
    private mutating func rise(_ items: [CanvasLayout.Item], _ time: Double) {
        let better = (0..<rung).first { packed(items, rung: $0, slack: 0.125, time).isWhole }
        guard let better else { return roomSince = nil }
        let since = roomSince ?? time
        roomSince = since
        guard time - since >= Self.patience else { return }
        pack(items, from: better, time)
        roomSince = nil
    }

    private func packed(
        _ items: [CanvasLayout.Item], rung: Int, slack: Double, _ time: Double
    ) -> (layout: CanvasLayout, isWhole: Bool) {
        var layout = CanvasLayout(
            width: canvas.width, height: canvas.height, step: step, scale: Self.scales[rung])
        let isWhole = layout.place(items, slack: slack, time: time)
        return (layout, isWhole)
    }
}

extension Box {
    /// The least rectangle around this one whose edges are multiples of `step` or the frame's.
    fileprivate func grown(to step: (x: Int, y: Int), within frame: (width: Int, height: Int))
        -> Box
    {
        func edges(_ start: Int, _ length: Int, _ step: Int, _ end: Int) -> Range<Int> {
            let low = min(max(0, start), end) / step * step
            return low..<max(low, min((start + length + step - 1) / step * step, end))
        }
        let columns = edges(x, width, step.x, frame.width)
        let rows = edges(y, height, step.y, frame.height)
        return Box(
            x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }
}
