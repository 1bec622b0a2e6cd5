/// What a detector is shown of a frame.
package enum DetectionVariant: String, Sendable, CaseIterable {
    /// The frame in overlapping slices of the model's input size, and whole: the reference of all
    /// others (Akyon et al., Slicing Aided Hyper Inference, <https://arxiv.org/abs/2202.06934>).
    case sliced
    /// The whole frame, scaled to fit, as without this program.
    case full
    /// The subjects' boxes on one canvas, unmasked.
    case crops = "packed_crops"
    /// The same through the mask: what the program does.
    case packed

    /// The name for people, as `packed crops`.
    package var title: String { self == .crops ? "packed crops" : rawValue }
}
