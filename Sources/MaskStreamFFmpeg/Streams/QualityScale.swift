internal import CFFmpeg
import MaskStream

/// How an encoder is told a constant quality: `--crf` in its own options.
struct QualityScale {
    /// What `--crf` may be.
    let range: ClosedRange<Double>
    /// Whether there is nothing between whole numbers.
    let isWhole: Bool
    private let keys: (String) -> [(key: String, value: String)]
    private let factor: Double

    private init(
        _ range: ClosedRange<Double>, isWhole: Bool, factor: Double = 1,
        keys: @escaping (String) -> [(key: String, value: String)]
    ) {
        (self.range, self.isWhole, self.factor, self.keys) = (range, isWhole, factor, keys)
    }

    /// The scale of an encoder; nil where it has none.
    ///
    /// Hardware takes 0 for "choose yourself", so its scales begin with 1. VA-API counts VP9's and
    /// AV1's quantisers from 0 to 255 and VP8's from 0 to 127, libvpx from 0 to 63.
    init?(of choice: EncoderChoice, _ settings: ObjectOptions) {
        let isH26x = choice.prefersColor
        let isVPX = [AV_CODEC_ID_VP9, AV_CODEC_ID_AV1].contains(choice.id)
        switch choice.family {
        case nil:
            guard settings.has("crf") else { return nil }
            self.init(0...choice.largestCRF, isWhole: false) { [("crf", $0)] }
        case .nvenc:
            self.init(1...51, isWhole: false) { [("rc", "vbr"), ("cq", $0), ("b", "0")] }
        case .vaapi:
            guard isH26x || isVPX || choice.id == AV_CODEC_ID_VP8 else { return nil }
            let factor: Double = isH26x ? 1 : isVPX ? 4 : 2
            self.init(1...choice.largestCRF, isWhole: true, factor: factor) {
                [("rc_mode", "CQP"), ("global_quality", $0)]
            }
        case .qsv:
            guard isH26x || isVPX else { return nil }
            self.init(1...51, isWhole: true) { [("global_quality", $0)] }
        case .v4l2m2m: return nil
        }
    }

    /// The options for a quality that the scale has.
    func options(_ crf: Double) -> [(key: String, value: String)] {
        let value = crf * factor
        return keys(value == value.rounded() ? String(Int(value)) : String(value))
    }
}

extension EncoderChoice {
    /// The quality that encoders in hardware have unless something is said of it: without one, they
    /// begin at 1 or 2 Mbit/s.
    var usualCRF: Double { prefersColor ? 23 : 32 }

    /// Bits per pixel for encoders in hardware that know no quality.
    static let usualBits = 0.1

    /// The options by which users say something of an encoder's quality or rate.
    static let rateOptions: Set<String> = [
        "b", "rc", "cbr", "cq", "qp", "rc_mode", "global_quality", "maxrate",
    ]
}
