internal import CFFmpeg
import Foundation
import MaskStream

/// Opens a live input again and again until it is there.
struct Reconnection {
    /// Seconds between two attempts, at the beginning and at most.
    private static let pauses = 0.25...5.0

    let interrupt: MediaInterrupt
    let warn: WarningReport
    /// Whether the input was open before, so that what is missing is likely to come back.
    let wasOpen: Bool

    /// The reader that `open` makes at last; nil where the run is stopped before.
    ///
    /// Why it failed is reported each time that the reason changes.
    ///
    /// - Throws: what waiting does not mend.
    func open(_ open: () throws -> FrameReader) throws -> FrameReader? {
        var pause = Self.pauses.lowerBound
        var reported: String?
        while !interrupt.isStopped {
            do { return try open() } catch let error as MaskStreamError
                where error.mayPass(wasOpen: wasOpen)
            {
                if error.message != reported, !interrupt.isStopped {
                    reported = error.message
                    warn(MediaWarning("input_absent", "\(error.message); trying again"))
                }
            }
            interrupt.wait(pause)
            pause = min(2 * pause, Self.pauses.upperBound)
        }
        return nil
    }
}

extension MaskStreamError {
    /// Whether waiting may mend what keeps a live input or a network output from being opened.
    ///
    /// A camera may be plugged in and a server started. Wrong options, a refused user, a path that
    /// the server does not know and a protocol that this FFmpeg lacks stay what they are, unless
    /// the server knew the path before.
    func mayPass(wasOpen: Bool) -> Bool {
        guard code != .usage else { return false }
        guard let cause = underlying as? FFmpegError else {
            return [.badData, .noInput, .inputOutput].contains(code)
        }
        if ms_is_permanent_error(cause.code) != 0 { return false }
        return wasOpen || ms_is_refusal(cause.code) == 0
    }
}
