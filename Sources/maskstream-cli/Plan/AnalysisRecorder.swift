import MaskStream
import MaskStreamFFmpeg

/// Keeps what a run finds in the folder of an analysis.
final class AnalysisRecorder: Sendable {
    private let folder: AnalysisFolder
    private let maps: Confined<MapSink>
    private let linker = Confined(SceneLinker(), label: "maskstream.linker")
    /// What writes the events.
    let events: EventWriter

    /// Makes the folder, or goes on in one that was interrupted; nil where no analysis is wanted.
    ///
    /// - Throws: what ``AnalysisFolder`` throws.
    init?(_ plan: SessionPlan, warn: @escaping WarningReport) throws {
        guard let path = plan.arguments.reports.keepAnalysis else { return nil }
        folder = try AnalysisFolder(
            writing: path, plan.analysisManifest(), overwrite: plan.arguments.common.overwrite,
            reads: plan.reads)
        maps = Confined(
            MapSink(folder.maps, reads: plan.reads, report: warn), label: "maskstream.maps")
        events = try EventWriter(path: folder.events, reads: plan.reads, isPrivate: true)
    }

    /// What an interrupted run found; nil where there is none that can be read.
    var earlier: RecordedFrames? {
        guard folder.goesOn,
            let earlier = try? RecordedFrames(
                events: folder.earlierEvents, maps: folder.earlierMaps)
        else { return nil }
        return earlier
    }

    /// The stage that records the maps.
    func stage() -> MapRecordStage {
        MapRecordStage { [maps] map, frame in try maps.sync { try $0.write(map, of: frame) } }
    }

    /// Notes the tracks of a frame that was written.
    func note(_ work: borrowing FrameWork) { linker.sync { $0.add(work) } }

    /// Completes the analysis, or leaves it to be gone on with; `part` is what a part came to.
    func end(isComplete: Bool, part: (segment: Segment, frames: Receipt.Frames)?) throws {
        guard isComplete else { return maps.sync { $0.abandon() } }
        try maps.sync { try $0.finish() }
        let proposals = linker.sync { linker in
            linker.endScene()
            return linker.proposals
        }
        try folder.complete(proposals, part: part)
    }
}
