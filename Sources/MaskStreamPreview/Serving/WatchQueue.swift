import Dispatch

/// Where the server works: threads of its own, behind the pipeline in importance.
///
/// Neither waits for the other: encoding an image holds up no frame, and a program that blocks all
/// threads of Swift's common pool can still be watched.
final class WatchQueue: TaskExecutor {
    private let queue = DispatchQueue(
        label: "maskstream.watch", qos: .utility, attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Waits without holding a thread; `Task.sleep` would wait for the common pool.
    func pause(_ interval: DispatchTimeInterval) async {
        await withCheckedContinuation { continuation in
            queue.asyncAfter(deadline: .now() + interval) { continuation.resume() }
        }
    }
}
