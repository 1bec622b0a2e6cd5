import Foundation
import MaskStream

/// A camera and what it offers.
public struct Camera: Hashable, Sendable {
    /// The device, as `/dev/video0`.
    public let path: String
    /// What the camera calls itself.
    public let name: String
    /// The driver's name, as `uvcvideo`.
    public let driver: String
    /// The modes in the driver's order; of ranges the usual sizes.
    public let modes: [CameraMode]
    /// The formats in which the driver makes any size between two.
    public let ranges: [CameraSizeRange]

    /// Makes a camera of what its driver reports.
    public init(
        path: String, name: String, driver: String, modes: [CameraMode],
        ranges: [CameraSizeRange] = []
    ) {
        self.path = path
        self.name = name
        self.driver = driver
        self.modes = modes
        self.ranges = ranges
    }

    /// The mode in which the camera is opened where nobody asks for another; nil where none is
    /// known to work.
    public var usualMode: CameraMode? {
        guard let choice = try? CameraChoice(modes, name: path) else { return nil }
        return CameraMode(
            choice.pixelFormat, choice.width, choice.height,
            .listed(choice.rate.map { [$0] } ?? []))
    }
}

/// The video devices of a machine: cameras, and virtual cameras that can be written to.
public struct CameraList: Hashable, Sendable {
    /// A device that takes frames.
    public struct Output: Hashable, Sendable {
        /// The device, as `/dev/video20`.
        public let path: String
        /// What the device calls itself.
        public let name: String

        /// Makes an output of its path and name.
        public init(path: String, name: String) {
            self.path = path
            self.name = name
        }
    }

    /// The cameras in the order of their numbers.
    public let cameras: [Camera]
    /// The devices to write to, in the order of their numbers.
    public let outputs: [Output]
    /// The devices that this user may not open.
    public let forbidden: [String]

    /// Makes a list of its parts.
    public init(cameras: [Camera], outputs: [Output] = [], forbidden: [String] = []) {
        self.cameras = cameras
        self.outputs = outputs
        self.forbidden = forbidden
    }

    /// Asks all devices of the machine; `folder` is where their files are.
    public init(folder: String = "/dev") {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let numbers = names.filter { $0.hasPrefix("video") }.compactMap { Int($0.dropFirst(5)) }
        var cameras: [Camera] = []
        var outputs: [Output] = []
        var forbidden: [String] = []
        for number in numbers.sorted() {
            let path = "\(folder)/video\(number)"
            guard let device = CameraDevice(path) else {
                if errno == EACCES || errno == EPERM { forbidden.append(path) }
                continue
            }
            if device.isCamera {
                let (modes, ranges) = device.modes()
                cameras.append(
                    Camera(
                        path: path, name: device.name, driver: device.driver, modes: modes,
                        ranges: ranges))
            }
            if device.isOutput { outputs.append(Output(path: path, name: device.name)) }
        }
        self.init(cameras: cameras, outputs: outputs, forbidden: forbidden)
    }
}
