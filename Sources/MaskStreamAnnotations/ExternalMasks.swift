import Foundation
package import MaskStream
package import MaskStreamFFmpeg

/// Masks that were made elsewhere, for the frames of a video: a grey video, a folder of images, or a
/// file in COCO's form.
///
/// A frame whose mask is missing or cannot be used is masked whole.
package final class ExternalMasks: Sendable {
    fileprivate struct State: Sendable {
        var reader: any MaskReader
        var frames = 0
        var start: Double?
        /// When the next frame should be shown, in seconds.
        var next: Double?
        var wasDamaged = false
        /// Whether frames have been lost, so that order says no longer whose a mask is.
        var lostOrder = false
        /// Frames that have none.
        var missing = 0
        /// When the first of them is shown, in seconds.
        var firstMissing: Double?
        var saysUnusable = true
    }

    private let path: String
    private let hides: Bool
    private let warn: WarningReport
    private let state: Confined<State>

    /// Opens masks.
    ///
    /// - Parameters:
    ///   - path: the file or the folder.
    ///   - format: that of the frames.
    ///   - hides: whether what is white is hidden, not kept.
    ///   - warn: is told of the first mask that cannot be used.
    /// - Throws: `MaskStreamError` with code `noInput` or `badData`.
    package init(
        _ path: String, of format: FrameFormat, hides: Bool, warn: @escaping WarningReport
    ) throws {
        self.path = path
        self.hides = hides
        self.warn = warn
        state = Confined(
            State(reader: try Self.reader(path, format.displaySize)), label: "maskstream.masks")
    }

    private static func reader(
        _ path: String, _ size: (width: Int, height: Int)
    ) throws -> any MaskReader {
        if FileIdentity(path)?.isFolder == true { return try ImageMasks(path, size: size) }
        let ending = (path as NSString).pathExtension.lowercased()
        return ending == "json"
            ? try COCOMasks(path, size: size) : try VideoMasks(path, size: size)
    }

    /// A stage that puts each frame's mask on it, as a map.
    package func stage() -> some Stage & Sendable { ExternalMaskStage(masks: self) }

    /// The map of the next frame; nil where there is no mask that can be used.
    ///
    /// - Throws: `MaskStreamError` where the masks cannot be read any more.
    fileprivate func map(of frame: Frame) throws -> ConfidenceMap? {
        try state.sync { state in
            let start = state.start ?? frame.time
            (state.start, state.frames) = (start, state.frames + 1)
            state.note(frame)
            let found =
                state.lostOrder
                ? .missing
                : try state.reader.next(
                    at: frame.time - start, tolerance: min(0.01, frame.length / 2))
            switch found {
            case .pixels(let pixels): return pixels.map(over: frame.format, hides: hides)
            case .unusable(let reason):
                if state.saysUnusable {
                    warn(
                        MediaWarning(
                            "mask_unusable",
                            "the mask of the frame at \(frame.time) s cannot be used, \(reason): such "
                                + "frames are masked whole (\(path))"))
                }
                state.saysUnusable = false
            case .missing:
                state.firstMissing = state.firstMissing ?? frame.time
                state.missing += 1
            }
            return nil
        }
    }

    /// Makes sure, when all frames have come, that each had a mask and that no mask is left.
    ///
    /// - Throws: `MaskStreamError` with code `badData`.
    package func check() throws {
        try state.sync { state in
            var faults: [String] = []
            if let first = state.firstMissing {
                faults.append(
                    "\(state.missing) of \(state.frames) frames have none, the first at \(first) s")
            }
            if try state.reader.hasOthers() {
                faults.append("masks are left that belong to no frame")
            }
            guard !faults.isEmpty else { return }
            throw MaskStreamError(
                .badData,
                "the masks are not those of the video: \(faults.joined(separator: "; ")) "
                    + "(\(path))",
                hint: "make one mask for each frame; those of a video need the frames' times")
        }
    }
}

extension ExternalMasks.State {
    /// Looks for frames that were lost beside a damaged one.
    mutating func note(_ frame: Frame) {
        let isGap = next.map { frame.time > $0 + frame.length / 2 } ?? false
        if isGap, wasDamaged || frame.isDamaged, !type(of: reader).hasTimes { lostOrder = true }
        (next, wasDamaged) = (frame.time + frame.length, frame.isDamaged)
    }
}

extension Frame {
    /// Seconds for which it is shown; a guess where its source does not say.
    fileprivate var length: Double {
        let (own, rate) = (Double(duration) * format.timeBase.value, format.frameRate.value)
        return own > 0 ? own : rate > 0 ? 1 / rate : 0.02
    }
}

/// Puts masks on frames in place of an estimator.
private struct ExternalMaskStage: Stage, Sendable {
    let masks: ExternalMasks

    mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        // Of a damaged frame, too, or later ones would get its mask.
        work.map = try masks.map(of: work.source)
        if work.source.isDamaged { (work.map, work.miss) = (nil, .damaged) }
        if work.map == nil { work.miss = work.miss ?? .missing }
        try emit(work)
    }
}
