import Dispatch

/// A frame's place in the pipeline.
///
/// The place belongs to the frame's ``FrameWork`` and is free again when that is destroyed,
/// wherever that happens: written, failed, or dropped by a stage that breaks its contract.
final class PipelineSlot: Sendable {
    private let slots: DispatchSemaphore

    /// Waits until a place is free and takes it.
    init(waitingFor slots: DispatchSemaphore) {
        self.slots = slots
        slots.wait()
    }

    deinit { slots.signal() }
}
