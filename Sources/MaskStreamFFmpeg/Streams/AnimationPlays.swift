internal import CFFmpeg
import MaskStream

/// How often an animation plays, which FFmpeg 5.1 reads and does not report.
enum AnimationPlays {
    /// How often a GIF or APNG plays by its first bytes, 0 without end; nil for anything else.
    static func read(_ head: [UInt8]) -> Int? {
        if head.starts(with: Array("GIF8".utf8)) {
            // How often it is played again; a file that does not say is played once.
            let label: [UInt8] = [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1]
            guard let place = position(of: label, in: head), place + 17 < head.count else {
                return 1
            }
            let again = Int(head[place + 16]) | Int(head[place + 17]) << 8
            return again == 0 ? 0 : again + 1
        }
        guard head.starts(with: [0x89] + Array("PNG".utf8)),
            let place = position(of: [0, 0, 0, 8] + Array("acTL".utf8), in: head),
            place + 15 < head.count
        else { return nil }
        return head[place + 12...place + 15].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func position(of needle: [UInt8], in head: [UInt8]) -> Int? {
        head.firstRange(of: needle)?.lowerBound
    }
}

extension Container {
    /// The muxer's option for how often an animation plays; nil where it has none.
    func playsOption(_ plays: Int) -> (key: String, value: Int)? {
        if isOne(of: "apng") { return ("plays", plays) }
        if isOne(of: "webp") { return ("loop", plays) }
        return isOne(of: "gif") ? ("loop", plays == 0 ? 0 : plays == 1 ? -1 : plays - 1) : nil
    }
}
