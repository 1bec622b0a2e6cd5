internal import CFFmpeg
import MaskStream

extension Orientation {
    /// The orientation nearest to a display matrix, and whether it is exact.
    ///
    /// The matrix maps stored coordinates (x, y) to shown ones: `[a b u, c d v, x y w]` gives
    /// X = ax + cy, Y = bx + dy (see libavutil's `display.h`).
    static func nearest(to matrix: [Int32]) -> (orientation: Orientation, isExact: Bool) {
        guard matrix.count == 9 else { return (.upright, false) }
        let (a, b) = (Double(matrix[0]), Double(matrix[1]))
        let (c, d) = (Double(matrix[3]), Double(matrix[4]))
        let straight = abs(a) + abs(d)
        let crossed = abs(b) + abs(c)
        guard straight + crossed > 0 else { return (.upright, false) }
        let isExact = min(straight, crossed) < 0.01 * max(straight, crossed)
        if crossed > straight {
            return (Orientation(transposes: true, flipsX: c < 0, flipsY: b < 0), isExact)
        }
        return (Orientation(flipsX: a < 0, flipsY: d < 0), isExact)
    }

    /// The orientation of an EXIF tag from 1 to 8.
    init?(exif value: Int) {
        switch value {
        case 1: self = .upright
        case 2: self.init(flipsX: true)
        case 3: self.init(flipsX: true, flipsY: true)
        case 4: self.init(flipsY: true)
        case 5: self.init(transposes: true)
        case 6: self.init(transposes: true, flipsX: true)
        case 7: self.init(transposes: true, flipsX: true, flipsY: true)
        case 8: self.init(transposes: true, flipsY: true)
        default: return nil
        }
    }
}

extension FrameReader {
    /// The display matrix of the stream, else of a frame; nil where neither has one.
    static func displayMatrix(
        of stream: UnsafeMutablePointer<AVStream>, frame: MediaFrame
    ) -> [Int32]? {
        let numbers = ms_stream_display_matrix(stream) ?? ms_frame_display_matrix(frame.pointer)
        return numbers.map { Array(UnsafeBufferPointer(start: $0, count: 9)) }
    }

    /// How the frames must be turned; an angle between is rounded, with a warning.
    static func orientation(
        matrix: [Int32]?, frame: MediaFrame, warn: WarningReport
    ) -> Orientation {
        if let matrix {
            let nearest = Orientation.nearest(to: matrix)
            if !nearest.isExact {
                let angle = matrix.withUnsafeBufferPointer {
                    $0.baseAddress.map { -av_display_rotation_get($0) } ?? 0
                }
                warn(
                    MediaWarning(
                        "rotation_rounded",
                        "the frame is shown turned by \(angle) degrees, "
                            + "which is rounded to a multiple of 90 for the models"))
            }
            return nearest.orientation
        }
        // Frame decoders that know EXIF but no matrix leave the tag as text.
        let entry = av_dict_get(frame.fields.metadata, "Orientation", nil, 0)
        let text = entry.map { String(cString: $0.pointee.value) } ?? ""
        let value = Int(text.filter(\.isNumber))
        return value.flatMap(Orientation.init(exif:)) ?? .upright
    }
}
