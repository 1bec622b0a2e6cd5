package import MaskStream

/// A frame as annotations describe it.
package struct AnnotatedFrame: Sendable {
    /// A subject of a frame.
    package struct Subject: Sendable {
        /// Its number, from 1: the same in all frames of a scene, and in no other scene.
        package let id: Int
        /// What the primary model says of it; nil where it says nothing.
        package let prediction: Prediction?
        /// What the frame's mask keeps of it, or hides with `--invert`; never empty.
        package let mask: Mask
    }

    /// The frame's number, from 0.
    package let index: Int
    /// The format of its stored pixels, which are upright.
    package let format: FrameFormat
    /// What is kept of the frame; nil for nothing.
    package let mask: Mask?
    /// The subjects of which anything is kept, or hidden, largest first.
    package let subjects: [Subject]

    /// The frame's name, as of the image that `ffmpeg -start_number 0` makes of it for `%06d`.
    package var name: String { Self.name(index) }

    /// The name of a frame.
    package static func name(_ index: Int) -> String {
        let number = String(index)
        return String(repeating: "0", count: max(0, 6 - number.count)) + number
    }
}
