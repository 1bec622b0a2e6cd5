/// Shows each subject's masked region to the primary model.
public struct PrimaryStage<Model: PrimaryModel>: Stage where Model.Output == Verdict {
    private var model: Model

    /// Makes the stage.
    public init(model: Model) {
        self.model = model
    }

    /// Puts a verdict on every subject.
    public mutating func process(
        _ work: consuming FrameWork, emit: (consuming FrameWork) throws -> Void
    ) throws {
        for index in work.subjects.indices {
            let region = Region(
                box: work.subjects[index].box,
                mask: work.mask ?? work.emptyMask)
            work.subjects[index].verdict = try model.run(on: work.source, in: region)
            work.primary = .ran
        }
        try emit(work)
    }
}

extension FrameWork {
    /// The mask of a picture that is masked whole.
    var emptyMask: Mask {
        let grid = source.format.maskGrid
        return Mask(width: grid.width, height: grid.height)
    }
}
