import MaskStream

/// A device that shows others, as a camera, what is written to it.
enum VirtualCamera {
    /// Makes sure that a device takes frames.
    ///
    /// v4l2loopback up to 0.12 with `exclusive_caps=1` refuses all writers after the first one that
    /// wrote without streaming, as libavdevice does, until the module is loaded again
    /// (https://github.com/v4l2loopback/v4l2loopback/issues/525). It forgets that once a writer
    /// that has declared to stream closes the device.
    ///
    /// - Throws: `MaskStreamError` 69 where the device takes no frames at all.
    static func prepare(_ path: String) throws {
        // What cannot be opened at all is reported by libavdevice.
        guard let device = CameraDevice(path), !device.takesFrames else { return }
        guard device.isLoopback else {
            throw MaskStreamError(
                .unavailable, "the device takes no frames (\(path))",
                hint: "`maskstream devices` lists virtual cameras; "
                    + "`sudo modprobe v4l2loopback exclusive_caps=1` makes one")
        }
        // Somebody still shows what the last writer wrote: the next one may go on.
        guard !device.isCamera else { return }
        device.startOutput()
        _ = consume device
        // What the driver takes it settles anew only when it is asked what it is.
        _ = CameraDevice(path)
    }
}
