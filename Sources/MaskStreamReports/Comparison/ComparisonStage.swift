package import MaskStream

/// Shows each subject to the primary model in every way that is compared, and records its answers.
///
/// Comes after the primary's own stage and changes nothing: the threshold moves as in any run.
package struct ComparisonStage<Model: PrimaryModel>: Stage where Model.Output == Prediction {
    /// The primary at one size of its input.
    package struct View {
        let size: Int?
        var whole: Model
        var box: Model
        var dropped: Model?

        /// Makes a view.
        ///
        /// - Parameters:
        ///   - size: the input's width; nil for the profile's own size.
        ///   - whole: sees whole frames, and so adds no margin.
        ///   - box: sees subjects with the profile's margin.
        ///   - dropped: sees them without masked patches; nil for a model that sees whole crops.
        package init(size: Int? = nil, whole: Model, box: Model, dropped: Model? = nil) {
            self.size = size
            self.whole = whole
            self.box = box
            self.dropped = dropped
        }

        /// The variants that are run: controls at the profile's own size only.
        var variants: [Variant] {
            guard size == nil else { return [.full, .crop, .maskedCrop] }
            return Variant.allCases.filter { $0 != .dropped || dropped != nil }
        }
    }

    private var views: [View]
    private let truth: LabelTrack?
    private let record: Confined<ComparisonRecord>
    private var silhouettes = SilhouettePainter()
    private var blocks = BlockNumbers()

    /// Makes the stage; the first of `views` is at the profile's own size.
    package init(views: [View], truth: LabelTrack?, into record: Confined<ComparisonRecord>) {
        self.views = views
        self.truth = truth
        self.record = record
    }

    /// Adds a frame to the record.
    package mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let shown = Shown(work)
        let silhouette = silhouettes.paint(work.source, mask: shown.mask)
        var answers: [ComparisonRecord.Answers] = []
        for index in views.indices {
            for variant in views[index].variants {
                var cost = InferenceCost()
                let predictions = try views[index].answers(
                    variant, work, shown, silhouette, cost: &cost)
                let series = Series(variant, size: views[index].size)
                answers.append(
                    ComparisonRecord.Answers(series: series, predictions: predictions, cost: cost))
            }
        }
        let references = answers.first { $0.series == Series(.crop) }?.predictions ?? []
        let (truth, block) = (truth?.label(of: work), blocks.next(work))
        record.sync {
            $0.add(work, answers: answers, references: references, truth: truth, block: block)
        }
        try emit(work)
    }
}

/// What is shown of a frame.
private struct Shown {
    let mask: Mask
    /// What the mask hides.
    let rest: Mask
    let format: FrameFormat
    let index: Int
    let subjects: [Subject]

    init(_ work: borrowing FrameWork) {
        format = work.source.format
        mask = work.mask ?? Mask(width: format.maskGrid.width, height: format.maskGrid.height)
        var rest = mask
        rest.invert()
        self.rest = rest
        index = work.index
        subjects = work.subjects
    }

    private var fullFrame: Box { Box(x: 0, y: 0, width: format.width, height: format.height) }

    /// The region that a variant shows of each subject, or one of the whole frame; nil where
    /// nothing would be seen.
    func regions(_ variant: Variant) -> [Region?] {
        switch variant {
        case .full: [Region(box: fullFrame, mask: nil)]
        case .maskedFull: [subjects.isEmpty ? nil : region(fullFrame, mask)]
        case .crop: subjects.map { Region(box: $0.box, mask: nil) }
        case .maskedCrop, .dropped: subjects.map { region($0.box, mask) }
        case .silhouette:
            subjects.map { region($0.box, mask).map { Region(box: $0.box, mask: nil) } }
        case .inverse: subjects.map { region($0.box, rest) }
        case .random:
            subjects.enumerated().map { number, subject in
                let seed = UInt64(index) << 8 + UInt64(number)
                return region(
                    subject.box, RandomMask.like(mask, in: subject.box, format: format, seed: seed))
            }
        }
    }

    private func region(_ box: Box, _ mask: Mask) -> Region? {
        mask.keepsAny(of: box, in: format) ? Region(box: box, mask: mask) : nil
    }
}

extension ComparisonStage.View {
    /// The answers to each subject of a frame; nil where a variant shows nothing of it.
    fileprivate mutating func answers(
        _ variant: Variant, _ work: borrowing FrameWork, _ shown: Shown,
        _ silhouette: Frame, cost: inout InferenceCost
    ) throws -> [Prediction?] {
        let regions = shown.regions(variant)
        let seen = regions.compactMap { $0 }
        var answers = try cost.measure(runs: seen.count) {
            switch variant {
            case .full, .maskedFull: try whole.run(on: work.source, in: seen)
            case .silhouette: try box.run(on: silhouette, in: seen)
            case .dropped:
                try dropped?.run(on: work.source, in: seen) ?? seen.map { _ in nil }
            case .crop, .maskedCrop, .inverse, .random: try box.run(on: work.source, in: seen)
            }
        }
        let predictions = regions.map { region -> Prediction? in
            region == nil ? nil : answers.removeFirst()
        }
        return variant.isWholeFrame
            ? work.subjects.map { _ in predictions.first ?? nil } : predictions
    }
}

/// Paints masks as frames: grey where the mask keeps, black elsewhere.
struct SilhouettePainter {
    private var gray = MaskPainter(fill: .color(red: 128, green: 128, blue: 128))
    private var black = MaskPainter(fill: .zero)

    /// A frame of the same format that shows nothing but the mask's shape.
    mutating func paint(_ frame: Frame, mask: Mask) -> Frame {
        let flat = gray.paint(frame, mask: nil)
        return black.paint(flat, mask: mask)
    }
}
