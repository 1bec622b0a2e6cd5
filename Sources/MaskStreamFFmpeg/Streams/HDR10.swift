internal import CFFmpeg
import MaskStream

/// HDR10's static metadata: the display on which frames were graded, and how bright they get.
///
/// SMPTE ST 2086 and CTA-861.3. A container declares them, or the frames themselves, or both.
struct HDR10: Sendable {
    var display: AVMasteringDisplayMetadata?
    var light: AVContentLightMetadata?

    /// What a stream's header declares.
    init(_ facts: StreamFacts?) {
        for (type, bytes) in facts?.sideData ?? [] {
            bytes.withUnsafeBytes { adopt($0, type) }
        }
    }

    /// Takes over what a decoded frame declares.
    ///
    /// Wraps `av_frame_get_side_data`.
    mutating func adopt(_ frame: UnsafePointer<AVFrame>) {
        let kinds = [
            (AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA),
            (AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL),
        ]
        for (kind, type) in kinds {
            guard let side = av_frame_get_side_data(frame, kind)?.pointee else { continue }
            adopt(UnsafeRawBufferPointer(start: side.data, count: side.size), type)
        }
    }

    private mutating func adopt(_ bytes: UnsafeRawBufferPointer, _ type: AVPacketSideDataType) {
        if type == AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
            bytes.count >= MemoryLayout<AVMasteringDisplayMetadata>.size
        {
            display = bytes.loadUnaligned(as: AVMasteringDisplayMetadata.self)
        } else if type == AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
            bytes.count >= MemoryLayout<AVContentLightMetadata>.size
        {
            light = bytes.loadUnaligned(as: AVContentLightMetadata.self)
        }
    }

    /// As a container's header holds it.
    var sideData: [(type: AVPacketSideDataType, bytes: [UInt8])] {
        var found: [(type: AVPacketSideDataType, bytes: [UInt8])] = []
        if let display {
            let bytes = withUnsafeBytes(of: display) { Array($0) }
            found.append((AV_PKT_DATA_MASTERING_DISPLAY_METADATA, bytes))
        }
        if let light {
            let bytes = withUnsafeBytes(of: light) { Array($0) }
            found.append((AV_PKT_DATA_CONTENT_LIGHT_LEVEL, bytes))
        }
        return found
    }

    /// The parameters that make an encoder write it into the frames; empty for one that has none.
    func parameters(of encoder: String) -> [String] {
        guard let names = Self.names[encoder] else { return [] }
        var found: [String] = []
        if let display, display.isWhole {
            // SVT-AV1 counts in coordinates and candelas, the others in small parts of them.
            func number(_ value: AVRational, _ parts: Double) -> String {
                let value = Rational(value).value
                return names.countsParts ? String(Int((value * parts).rounded())) : String(value)
            }
            func point(_ point: (AVRational, AVRational)) -> String {
                "(\(number(point.0, 50_000)),\(number(point.1, 50_000)))"
            }
            let (red, green, blue) = display.display_primaries
            let most = number(display.max_luminance, 10_000)
            let least = number(display.min_luminance, 10_000)
            found.append(
                "\(names.display)=G\(point(green))B\(point(blue))R\(point(red))"
                    + "WP\(point(display.white_point))L(\(most),\(least))")
        }
        if let light { found.append("\(names.light)=\(light.MaxCLL),\(light.MaxFALL)") }
        return found
    }

    private static let names: [String: (display: String, light: String, countsParts: Bool)] = [
        "libx264": ("mastering-display", "cll", true),
        "libx265": ("master-display", "max-cll", true),
        "libsvtav1": ("mastering-display", "content-light", false),
    ]
}

extension AVMasteringDisplayMetadata {
    /// Whether everything is declared, and each number can be one: damaged files hold any.
    fileprivate var isWhole: Bool {
        let (red, green, blue) = display_primaries
        let points = [red, green, blue, white_point]
        let numbers = points.flatMap { [$0.0, $0.1] } + [min_luminance, max_luminance]
        return has_primaries != 0 && has_luminance != 0
            && numbers.allSatisfy { $0.den > 0 && (0..<100_000).contains(Rational($0).value) }
    }
}
