package import MaskStream

/// Shows each frame to a detector in every way that is compared, and records what it finds.
///
/// Comes after the primary's own stage and changes nothing: the threshold moves as in any run.
package struct DetectionComparisonStage: Stage {
    /// The detector at one size of its input.
    package struct View {
        let size: Int?
        let width: Int
        let height: Int
        var windows: any PrimaryModel<Prediction>
        var canvas: any PrimaryModel<Prediction>

        /// Makes a view.
        ///
        /// - Parameters:
        ///   - size: the input's width; nil for the profile's own size.
        ///   - width: the input's width.
        ///   - height: the input's height.
        ///   - windows: sees regions one by one, scaled to fit its input.
        ///   - canvas: sees them packed on one.
        package init(
            size: Int? = nil, width: Int, height: Int, windows: any PrimaryModel<Prediction>,
            canvas: any PrimaryModel<Prediction>
        ) {
            (self.size, self.width, self.height) = (size, width, height)
            (self.windows, self.canvas) = (windows, canvas)
        }

        /// The variants that are run: slices and unmasked crops at the profile's own size only.
        var variants: [DetectionVariant] {
            size == nil ? DetectionVariant.allCases : [.full, .packed]
        }
    }

    /// The score from which an object counts: what detectors are mostly run with.
    package static let leastScore: Float = 0.25

    private var views: [View]
    private let record: Confined<DetectionTallies>
    private var slices: (format: FrameFormat, slices: Slices)?
    private var blocks = BlockNumbers()

    /// Makes the stage; the first of `views` is at the profile's own size.
    package init(views: [View], into record: Confined<DetectionTallies>) {
        self.views = views
        self.record = record
    }

    /// Adds a frame to the record.
    package mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        let slices = slices(of: work.source.format)
        var answers: [DetectionTallies.Answer] = []
        for index in views.indices {
            for variant in views[index].variants {
                var cost = InferenceCost()
                let objects = try views[index].objects(variant, work, slices, cost: &cost)
                let series = Series(variant, size: views[index].size)
                answers.append(
                    DetectionTallies.Answer(series: series, objects: objects, cost: cost))
            }
        }
        let reference = answers.first { $0.series == Series(.sliced) }?.objects ?? []
        let block = blocks.next(work)
        record.sync { $0.add(work, answers: answers, reference: reference, block: block) }
        try emit(work)
    }

    private mutating func slices(of format: FrameFormat) -> Slices {
        if let slices, slices.format == format { return slices.slices }
        let made = Slices(format, width: views[0].width, height: views[0].height)
        slices = (format, made)
        return made
    }
}

extension DetectionComparisonStage.View {
    /// What the detector is sure enough of in a frame.
    fileprivate mutating func objects(
        _ variant: DetectionVariant, _ work: borrowing FrameWork, _ slices: Slices,
        cost: inout InferenceCost
    ) throws -> [DetectedObject] {
        let found = try answers(variant, work, slices, cost: &cost).map { answer in
            (answer?.objects ?? []).filter { $0.score >= DetectionComparisonStage.leastScore }
        }
        return variant == .sliced ? slices.merge(found) : found.flatMap { $0 }
    }

    private mutating func answers(
        _ variant: DetectionVariant, _ work: borrowing FrameWork, _ slices: Slices,
        cost: inout InferenceCost
    ) throws -> [Prediction?] {
        let frame = work.source
        switch variant {
        case .sliced, .full:
            let shown = variant == .sliced ? slices.windows : slices.windows.suffix(1)
            let regions = shown.map { Region(box: $0, mask: nil) }
            return try cost.measure(runs: regions.count) {
                try windows.run(on: frame, in: regions)
            }
        case .crops, .packed:
            let mask = variant == .packed ? work.mask : nil
            let regions = work.subjects.map { Region(box: $0.box, mask: mask) }
            return try cost.measure(runs: regions.isEmpty ? 0 : 1) {
                try canvas.run(on: frame, in: regions)
            }
        }
    }
}
