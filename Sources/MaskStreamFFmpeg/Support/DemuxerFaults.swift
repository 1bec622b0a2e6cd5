internal import CFFmpeg
import MaskStream

/// Damage that demuxers only log: they look for where the data goes on and hand out what they find.
///
/// What was lost in between is missing from the pictures that follow, which a decoder need not see.
enum DemuxerFaults {
    /// How sure it is that data is missing; headers are odd in many a whole file.
    enum Kind { case likely, certain }

    private static let inputs = Confined<[UnsafeRawPointer: Kind]>(
        [:], label: "maskstream.demuxers")

    /// Warnings that tell of lost data, as few do.
    private static let certain = ["exceeds containing master element", "RTP: missed"]

    /// Takes note of a logged line; called from the log.
    static func note(_ context: UnsafeMutableRawPointer?, level: Int32, line: String) {
        guard let context, ms_is_demuxer(context) != 0 else { return }
        let isCertain = certain.contains { line.contains($0) }
        guard isCertain || level <= AV_LOG_ERROR else { return }
        inputs.sync { inputs in
            let input = UnsafeRawPointer(context)
            if isCertain || inputs[input] == nil { inputs[input] = isCertain ? .certain : .likely }
        }
    }

    /// What an input has had since the previous call.
    static func take(_ context: UnsafeMutablePointer<AVFormatContext>) -> Kind? {
        inputs.sync { $0.removeValue(forKey: UnsafeRawPointer(context)) }
    }
}
