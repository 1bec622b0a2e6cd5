import MaskStream
import MaskStreamOnnx

extension ModelSessions {
    /// Runs the models of profiles on one frame, so that it is known where they run before anything is
    /// said or written; on the processor there is nothing to try.
    ///
    /// A device that nobody asked for and that does not answer as the processor does gives way to it.
    ///
    /// - Throws: `MaskStreamError` `unavailable` for one that was asked for.
    func tryDevice(on profiles: [Profile]) throws {
        let choice = choice
        guard choice.device != .cpu else { return }
        for profile in profiles {
            do {
                _ = try Fingerprint(profile, sessions: self)
            } catch let error as MaskStreamError where error.code == .unavailable {
                guard choice.isAutomatic else { throw error }
                return useProcessor(because: error)
            } catch {
                // A profile or a model that is wrong ends its own run, not those of others.
            }
        }
    }
}
