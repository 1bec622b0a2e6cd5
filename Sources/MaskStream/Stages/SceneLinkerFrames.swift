extension SceneLinker {
    /// Notes the subjects of the next frame; one that begins a scene ends that before.
    package mutating func add(_ work: borrowing FrameWork) {
        if work.beginsScene { endScene() }
        let size = work.source.format.displaySize
        for (subject, colors) in zip(work.subjects, work.colors) {
            guard let track = subject.track, let colors else { continue }
            let box = subject.box.displayed(
                work.source.format.orientation, in: work.source.format.width,
                work.source.format.height)
            note(
                track, colors, height: Double(box.height) / Double(size.height),
                at: work.source.time.rounded(places: 6))
        }
    }
}
