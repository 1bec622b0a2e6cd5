import MaskStream

extension InputOptions {
    /// The options with size, rate and pixel format filled in, where they are for a camera that
    /// reports what it offers.
    ///
    /// - Throws: `MaskStreamError` 69 where the camera cannot do what is asked.
    func settledForCamera() throws -> InputOptions {
        let own: Set = ["video_size", "framerate", "input_format", "pixel_format", "channel"]
        guard isCamera, format == nil || format == "v4l2",
            !options.contains(where: { own.contains($0.key) }),
            let device = CameraDevice(location), device.isCamera
        else { return self }
        let request = CameraChoice.Request(size: size, rate: rate, pixelFormat: pixelFormat)
        let modes = device.modes(wanted: size).modes
        guard let choice = try CameraChoice(modes, request: request, name: location) else {
            return self
        }
        var settled = self
        settled.size = (choice.width, choice.height)
        settled.rate = choice.rate
        settled.pixelFormat = choice.pixelFormat
        return settled
    }

    /// What a camera does other than asked: drivers change what they do not like without a word.
    func changes(by camera: FrameFormat) -> MediaWarning? {
        guard isCamera else { return nil }
        var changes: [String] = []
        if let size, size != (camera.width, camera.height) {
            changes.append(
                "\(camera.width)x\(camera.height) instead of \(size.width)x\(size.height)")
        }
        let given = camera.frameRate
        if let rate, given.value > 0, abs(given.value / rate.value - 1) > 0.01 {
            changes.append("\(given.brief) instead of \(rate.brief) frames per second")
        }
        guard !changes.isEmpty else { return nil }
        return MediaWarning(
            "camera_changed",
            "the camera gives \(changes.joined(separator: " and ")) (\(location))")
    }
}
