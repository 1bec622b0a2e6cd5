/// What the primary model is shown of a frame.
package enum Variant: String, Sendable, CaseIterable {
    /// The whole frame, stretched to the model's aspect, as without this program.
    case full
    /// The subject's box unfilled: the reference of all others.
    case crop
    /// The whole frame through the mask.
    case maskedFull = "masked_full"
    /// The subject's box through the mask: what the program does with a model that sees crops.
    case maskedCrop = "masked_crop"
    /// The same without the patches of which nothing is kept: what the program does with a vision
    /// transformer.
    case dropped = "patches_dropped"
    /// The mask's shape in the box: kept pixels one grey, the rest black.
    case silhouette
    /// What the mask hides of the box.
    case inverse
    /// As much of the box as the mask keeps, but blocks chosen at random.
    case random

    /// The name for people, as `masked crop`.
    package var title: String {
        switch self {
        case .maskedFull: "masked full"
        case .maskedCrop: "masked crop"
        case .dropped: "patches dropped"
        default: rawValue
        }
    }

    /// Whether one run serves all subjects of a frame.
    package var isWholeFrame: Bool { self == .full || self == .maskedFull }
}

/// What is shown to a model, at a size of its input.
package struct Series<Shown: Hashable & Sendable>: Hashable, Sendable {
    /// What is shown.
    package var variant: Shown
    /// The input's width in pixels; nil for the profile's own size.
    package var size: Int?

    /// Makes a series.
    package init(_ variant: Shown, size: Int? = nil) {
        self.variant = variant
        self.size = size
    }
}
