import MaskStream
import MaskStreamFFmpeg

/// A run that can be watched and steered.
final class WatchedRun: Sendable {
    let steering: Steering

    init(fill: MaskFill) { steering = Steering(fill: fill) }

    func begin(_ plan: RunPlan) {}
    func note(_ work: borrowing FrameWork) {}
    func end() {}
    func takeProfile() -> String? { nil }
    func onSwitch(_ stop: @escaping @Sendable () -> Void) {}
}
