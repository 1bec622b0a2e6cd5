import Foundation

/// All that is special to one task: its models, levels, threshold controller and mask.
public struct Profile: Sendable {
    /// The profile's name.
    public var name: String
    /// What it shows, in one sentence.
    public var description: String
    /// The terms under which it may be used.
    public var license: String
    /// The folder it was read from.
    public var folder: String
    /// SHA-256 of `profile.yaml`, which names those of the models.
    public var sha256: String
    /// The confidence estimator.
    public var estimator: EstimatorSpec
    /// The confidence at which a subject's region is cut.
    public var regionLevel: Float
    /// The confidence at which its parts are cut; nil where the task has no parts.
    public var partsLevel: Float?
    /// The least confidence that counts where a frame is seen turned.
    public var turnedLevel: Float = 0
    /// The model that does the task; nil for a profile that only masks.
    public var primary: PrimarySpec?
    /// How the threshold moves.
    public var threshold: ThresholdSpec
    /// How the mask is made.
    public var mask: MaskSpec
    /// The least area of a subject, as a fraction of the frame.
    public var minSubjectArea: Float
    /// Frames under way at once, without the lookahead.
    public var depth: Int
    /// Frames that smoothing may look ahead.
    public var lookahead: Int
}

extension Profile {
    /// How many subjects of a frame are listed, the largest first; without a primary none costs a run.
    package var maxSubjects: Int { primary?.maxSubjects ?? 64 }
}

extension MaskStage.Settings {
    /// How a profile wants masks of a video to be made.
    public init(_ profile: Profile) {
        self.init()
        rule.hysteresis = profile.mask.hysteresis
        rule.hold = Double(profile.mask.hold)
        rule.dilate = profile.mask.dilate
        rule.patch = profile.mask.grid
        smoothing = profile.mask.smoothing
        missHold = Double(profile.mask.hold)
        regionLevel = profile.regionLevel
        minSubjectArea = profile.minSubjectArea
        maxSubjects = profile.maxSubjects
        lookahead = profile.lookahead
        referenceLevel = profile.threshold.reference == .region ? profile.regionLevel : nil
    }
}

/// The confidence estimator's manifest.
public struct EstimatorSpec: Sendable, Equatable {
    /// How a frame is brought to the model's input size.
    public enum Fit: String, Sendable, CaseIterable {
        /// The displayed aspect ratio is kept; width and height follow from the area.
        case area
        /// The frame is scaled to fit the model's own size, else a square, and the rest is black.
        case letterbox
        /// The frame is stretched to the model's own size, else to a square.
        case stretch
    }

    /// What is done to the model's output.
    public enum Activation: String, Sendable, CaseIterable {
        /// The output is in [0, 1] already.
        case none
        /// The logistic function.
        case sigmoid
        /// Softmax over the channels.
        case softmax
    }

    /// The model.
    public var file: ModelReference
    /// How the frame is fitted.
    public var fit: Fit
    /// Pixels of the input at most, where the model leaves its size open.
    public var area: Int
    /// By how much the area is multiplied, by what the estimator is used for.
    public var detail = NumberByUse()
    /// In how many ways each frame is turned, by what the estimator is used for.
    public var turns = NumberByUse()
    /// How many frames there are from one run of the model to the next, 1 being every frame, by
    /// what the estimator is used for; images are estimated each by itself.
    public var interval = NumberByUse()
    /// Whether images of fewer pixels than the area are enlarged to it.
    public var enlarges = true
    /// From how many pixels of the input's height on subjects are found; nil where nobody has
    /// measured it.
    public var smallest: Int?
    /// What width and height must be multiples of, where the model leaves its size open.
    public var multiple: Int
    /// How pixels become numbers.
    public var pixels: PixelSpec
    /// The output's name; nil takes the first.
    public var output: String?
    /// The order of the output's dimensions.
    public var outputLayout: PixelSpec.Layout
    /// What is done to the output.
    public var activation: Activation
    /// By which the output is divided where there is no activation: 255 for a map of 0 to 255.
    public var outputScale: Float = 1
    /// The output channels whose sum is the confidence; of a detector, the classes that count.
    public var channels: [Int]
    /// How kernels of text grow, at ``Profile/regionLevel``; nil where the map is taken as it is.
    public var unclip: Unclip?
    /// How boxes become a map; nil where the output is a map itself.
    public var detector: DetectorSpec?

    /// The factors of ``detail`` that are legal.
    public static let details = [1, 2, 4, 8, 16]

    /// The legal numbers of ``interval``.
    public static let intervals = 1...1000

    /// The largest input, in pixels.
    public static let largestArea = 16_777_216
}

/// How pixels become a model's input numbers.
public struct PixelSpec: Sendable, Equatable {
    /// The order of the tensor's dimensions.
    public enum Layout: String, Sendable, CaseIterable {
        /// Batch, channel, row, column.
        case nchw
        /// Batch, row, column, channel.
        case nhwc
    }

    /// The channels.
    public enum Color: String, Sendable, CaseIterable {
        /// Red, green, blue.
        case rgb
        /// Blue, green, red.
        case bgr
        /// Luma.
        case gray
    }

    /// The dimensions' order.
    public var layout: Layout
    /// The channels' order.
    public var color: Color
    /// Subtracted from each channel's value in [0, 1].
    public var mean: [Float]
    /// By which each channel is then divided.
    public var std: [Float]

    /// How many channels there are.
    public var channelCount: Int { color == .gray ? 1 : 3 }
}

/// The primary model's manifest.
public struct PrimarySpec: Sendable, Equatable {
    /// How a region's brightness is normalised.
    public enum Normalize: String, Sendable, CaseIterable {
        /// By the fixed mean and deviation of ``PixelSpec``.
        case fixed
        /// By the mean and the deviation of the region's own kept pixels.
        case kept
    }

    /// What the primary sees in place of masked pixels.
    public enum Fill: String, Sendable, CaseIterable {
        /// The mean of the kept pixels.
        case mean
        /// Black.
        case zero
    }

    /// The model.
    public var file: ModelReference
    /// Input width in pixels.
    public var width: Int
    /// Input height in pixels.
    public var height: Int
    /// How pixels become numbers.
    public var pixels: PixelSpec
    /// How brightness is normalised.
    public var normalize: Normalize
    /// The class names, in the model's order.
    public var labels: [String]
    /// The directions that stand for the labels, where the model gives an embedding; nil where it
    /// gives a logit for each label.
    public var vectors: LabelVectors?
    /// Names for several classes at once; empty where the manifest has no `groups`.
    public var groups: [ClassGroup] = []
    /// Added on each side of a subject's box, as a fraction of its longer side.
    public var margin: Float
    /// What is seen in place of masked pixels.
    public var fill: Fill
    /// By which logits, or cosines, are divided before softmax (arXiv 1706.04599).
    public var temperature: Float
    /// Whether the temperature was fitted to known answers.
    public var isCalibrated = true
    /// Seconds between two runs; 0 runs on every frame.
    public var interval: Float
    /// The mean absolute change of a region, 0 to 1, below which it is not run again.
    public var skip: Float
    /// How many subjects it is run on.
    public var maxSubjects: Int
    /// How a vision transformer is shown the patches that are kept; nil for a model that sees
    /// whole crops.
    public var vit: VitSpec?
    /// How a detector's outputs become boxes, each of one of the labels; nil for other models.
    public var detector: DetectorSpec?
    /// What is done to a detector's scores.
    public var activation = EstimatorSpec.Activation.none
}

/// How a vision transformer sees a subject: in square patches, of which it is given those that are
/// kept.
public struct VitSpec: Sendable, Equatable {
    /// The side of a patch in pixels of the model's input; it divides width and height.
    public var patch: Int
    /// A patch is seen if more than this share of it is kept, 0 to below 1; 0 is any part of it.
    public var touch: Float = 0

    package init(patch: Int, touch: Float = 0) {
        self.patch = patch
        self.touch = touch
    }
}

/// The threshold's manifest.
public struct ThresholdSpec: Sendable, Equatable {
    /// What moves the threshold.
    public enum Control: String, Sendable, CaseIterable {
        /// Probes of a tighter and a looser mask.
        case probe
        /// The primary's confidence.
        case confidence
        /// Nothing.
        case fixed
    }

    /// What a probe compares masks with.
    public enum Reference: String, Sendable, CaseIterable {
        /// The subject's box unmasked.
        case box
        /// The subject's region, cut at ``Profile/regionLevel``: for a primary model that can make
        /// nothing of what surrounds a subject.
        case region
    }

    /// Where a threshold holds.
    public enum Scope: String, Sendable, CaseIterable {
        /// In the whole frame.
        case picture
        /// Around one subject; each has its own.
        case subject
    }

    /// What moves the threshold unless the user says otherwise.
    public var control: Control
    /// Where a threshold that moves holds.
    public var scope = Scope.picture
    /// What a probe compares masks with.
    public var reference: Reference
    /// The parameters of ``Control/confidence``.
    public var confidence: ConfidenceController.Parameters
    /// The parameters of ``Control/probe``, with the same bounds and speed.
    public var probe: ProbeController.Parameters
    /// The threshold of the first frame, and the only one of ``Control/fixed``.
    public var initial: Float { confidence.initial }
}

/// The mask's manifest.
public struct MaskSpec: Sendable, Equatable {
    /// What is shown in place of masked pixels.
    public var fill: MaskFill
    /// The weight of the past in the map, 0 to below 1.
    public var smoothing: Float
    /// Half the width of the hysteresis band.
    public var hysteresis: Float
    /// Seconds for which a cell stays relevant.
    public var hold: Float
    /// Growth of the relevant side, as a fraction of the frame's height.
    public var dilate: Float
    /// The size of patches that are kept or masked whole; nil for none.
    public var grid: PatchSize?
}
