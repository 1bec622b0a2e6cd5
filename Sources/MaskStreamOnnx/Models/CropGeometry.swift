import MaskStream

/// The part of an image that the primary sees: a subject's box, its margin, and what is needed to
/// give it the model's aspect ratio as displayed.
///
/// It is no larger than the image and moved into it: repeated edges help a classifier less than
/// what is missing of a box that is longer than the image is wide.
struct CropGeometry: Equatable {
    /// Columns in stored pixels.
    let x: Range<Double>
    /// Rows in stored pixels.
    let y: Range<Double>

    /// Without an aspect ratio, width over height as displayed, the box keeps its own.
    init(box: Box, format: FrameFormat, margin: Float, aspect: Double?) {
        // Square pixels: widths count `pixel` times as much as heights.
        let pixel = format.pixelAspect
        var width = Double(box.width) * pixel
        var height = Double(box.height)
        let border = 2 * Double(margin) * max(width, height)
        width += border
        height += border
        if let aspect {
            let wanted = format.orientation.transposes ? 1 / aspect : aspect
            (width, height) = (max(width, height * wanted), max(height, width / wanted))
        }
        let columns = Double(format.width) * pixel
        let rows = Double(format.height)
        let share = min(1, columns / width, rows / height)
        (width, height) = (width * share, height * share)
        let centreX = (Double(box.x) + Double(box.width) / 2) * pixel
        let centreY = Double(box.y) + Double(box.height) / 2
        let left = max(0, min(centreX - width / 2, columns - width))
        let top = max(0, min(centreY - height / 2, rows - height))
        x = left / pixel..<(left + width) / pixel
        y = top..<top + height
    }
}
