import Foundation

/// Blends confidence maps in time before they are thresholded.
///
/// The past counts more where the new score is uncertain, as in MediaPipe's
/// `segmentation_smoothing_calculator`: the weight of the past is `smoothing^(30 dt) * 4c(1 - c)`,
/// so that a score near 0 or 1 takes effect at once, and an undecided one in the same time
/// whatever the frame rate.
public struct MapSmoothing: Sendable {
    private let weight: Float
    private var past: ConfidenceMap?
    private var pastTime = 0.0

    /// Smooths with a given weight of the past, 0 (none) to below 1, for frames 1/30 s apart.
    public init(weight: Float) {
        self.weight = weight
    }

    /// Forgets the past.
    public mutating func reset() {
        past = nil
    }

    /// Replaces a map by its blend with the past; `time` is the frame's, in seconds.
    public mutating func smooth(_ map: inout ConfidenceMap, time: Double) {
        defer {
            past = map
            pastTime = time
        }
        guard weight > 0, let past, past.width == map.width, past.height == map.height else {
            return
        }
        let strength = Float(pow(Double(weight), max(0, time - pastTime) * 30))
        past.values.withUnsafeBufferPointer { past in
            map.values.withUnsafeMutableBufferPointer { values in
                for index in values.indices {
                    let new = values[index]
                    let old = past[index]
                    let uncertainty = max(0, 4 * new * (1 - new))
                    values[index] = new + (old - new) * strength * uncertainty
                }
            }
        }
    }
}
