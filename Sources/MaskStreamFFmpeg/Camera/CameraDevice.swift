internal import CVideo4Linux
import Foundation
import MaskStream

/// An open Video4Linux device that is asked what it offers; it never streams.
struct CameraDevice: ~Copyable {
    private let descriptor: Int32
    /// What the device calls itself.
    let name: String
    /// The driver's name, as `uvcvideo`.
    let driver: String
    private let capabilities: UInt32

    /// Opens a device and asks what it is; nil, with the reason in `errno`, where that fails.
    ///
    /// Wraps `VIDIOC_QUERYCAP`.
    init?(_ path: String) {
        let descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var answer = v4l2_capability()
        guard ms_v4l2_ask(descriptor, ms_v4l2_query_capabilities, &answer) == 0 else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        self.descriptor = descriptor
        name = Self.text(of: answer.card)
        driver = Self.text(of: answer.driver)
        let hasOwn = answer.capabilities & UInt32(V4L2_CAP_DEVICE_CAPS) != 0
        capabilities = hasOwn ? answer.device_caps : answer.capabilities
    }

    deinit { close(descriptor) }

    /// Whether frames come out of the device.
    var isCamera: Bool { capabilities & UInt32(V4L2_CAP_VIDEO_CAPTURE) != 0 }

    /// Whether the device says that frames go into it.
    var takesFrames: Bool { capabilities & UInt32(V4L2_CAP_VIDEO_OUTPUT) != 0 }

    /// Whether frames can go into the device, whatever it says, see ``VirtualCamera``.
    var isOutput: Bool { takesFrames || (isLoopback && !isCamera) }

    /// Whether the device shows others what is written to it.
    var isLoopback: Bool { driver == "v4l2 loopback" }

    /// What the device offers; drivers that make any size are asked for the usual ones and the
    /// wanted one.
    ///
    /// Wraps `VIDIOC_ENUM_FMT`, `VIDIOC_ENUM_FRAMESIZES`, `VIDIOC_ENUM_FRAMEINTERVALS`.
    func modes(
        wanted: (width: Int, height: Int)? = nil
    ) -> (modes: [CameraMode], ranges: [CameraSizeRange]) {
        var modes: [CameraMode] = []
        var ranges: [CameraSizeRange] = []
        for code in formats {
            let name = CameraFormats.name(of: code)
            for listed in sizes(of: code) {
                var sizes: [(width: Int, height: Int)] = []
                if listed.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue {
                    sizes = [(Int(listed.discrete.width), Int(listed.discrete.height))]
                } else if let range = Self.range(name, listed.stepwise) {
                    ranges.append(range)
                    sizes = range.sizes(wanted: wanted)
                }
                for (width, height) in sizes {
                    let mode = CameraMode(name, width, height, rates(of: code, width, height))
                    // Several codes may have one name.
                    if !modes.contains(where: { $0.isLike(mode) }) { modes.append(mode) }
                }
            }
        }
        return (modes, ranges)
    }

    /// Declares that frames will be written.
    ///
    /// Wraps `VIDIOC_STREAMON`.
    func startOutput() {
        var kind = Int32(V4L2_BUF_TYPE_VIDEO_OUTPUT.rawValue)
        _ = ms_v4l2_ask(descriptor, ms_v4l2_start_stream, &kind)
    }

    private var formats: [UInt32] {
        var codes: [UInt32] = []
        while codes.count < Self.most {
            var answer = v4l2_fmtdesc()
            answer.index = UInt32(codes.count)
            answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
            guard ms_v4l2_ask(descriptor, ms_v4l2_list_formats, &answer) == 0 else { break }
            codes.append(answer.pixelformat)
        }
        return codes
    }

    private func sizes(of code: UInt32) -> [v4l2_frmsizeenum] {
        var sizes: [v4l2_frmsizeenum] = []
        while sizes.count < Self.most {
            var answer = v4l2_frmsizeenum()
            answer.index = UInt32(sizes.count)
            answer.pixel_format = code
            guard ms_v4l2_ask(descriptor, ms_v4l2_list_sizes, &answer) == 0 else { break }
            sizes.append(answer)
            guard answer.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue else { break }
        }
        return sizes
    }

    private func rates(of code: UInt32, _ width: Int, _ height: Int) -> CameraRates {
        var rates: [Rational] = []
        while rates.count < Self.most {
            var answer = v4l2_frmivalenum()
            answer.index = UInt32(rates.count)
            answer.pixel_format = code
            answer.width = UInt32(width)
            answer.height = UInt32(height)
            guard ms_v4l2_ask(descriptor, ms_v4l2_list_intervals, &answer) == 0 else { break }
            guard answer.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue else {
                guard let slowest = Self.rate(answer.stepwise.max),
                    let fastest = Self.rate(answer.stepwise.min)
                else { break }
                return .between(slowest: slowest, fastest: fastest)
            }
            guard let rate = Self.rate(answer.discrete) else { break }
            rates.append(rate)
        }
        return .listed(rates.sorted { $0.value > $1.value })
    }

    /// Drivers that never say "no more" are not asked for ever.
    private static let most = 1000

    /// Turns seconds per frame into frames per second.
    private static func rate(_ interval: v4l2_fract) -> Rational? {
        guard let num = Int32(exactly: interval.denominator), num > 0,
            let den = Int32(exactly: interval.numerator), den > 0
        else { return nil }
        return Rational(num, den)
    }

    private static func range(_ name: String, _ sizes: v4l2_frmsize_stepwise) -> CameraSizeRange? {
        guard sizes.min_width <= sizes.max_width, sizes.min_height <= sizes.max_height else {
            return nil
        }
        return CameraSizeRange(
            name, widths: Int(sizes.min_width)...Int(sizes.max_width),
            heights: Int(sizes.min_height)...Int(sizes.max_height),
            widthStep: Int(sizes.step_width), heightStep: Int(sizes.step_height))
    }

    /// The text in a field of fixed size.
    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension CameraMode {
    /// Whether two modes differ in their rates at most.
    fileprivate func isLike(_ other: CameraMode) -> Bool {
        pixelFormat == other.pixelFormat && width == other.width && height == other.height
    }
}
