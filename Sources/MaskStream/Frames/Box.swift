/// A rectangle of whole pixels.
public struct Box: Hashable, Sendable {
    /// Pixels left of the rectangle.
    public var x: Int
    /// Pixels above the rectangle.
    public var y: Int
    /// Width in pixels.
    public var width: Int
    /// Height in pixels.
    public var height: Int

    /// Makes a rectangle.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The same rectangle as it is seen when a stored frame of the given size is turned upright.
    public func displayed(_ orientation: Orientation, in width: Int, _ height: Int) -> Box {
        var box = self
        var (frameWidth, frameHeight) = (width, height)
        if orientation.transposes {
            box = Box(x: y, y: x, width: self.height, height: self.width)
            (frameWidth, frameHeight) = (height, width)
        }
        if orientation.flipsX { box.x = frameWidth - box.x - box.width }
        if orientation.flipsY { box.y = frameHeight - box.y - box.height }
        return box
    }

    /// The intersection over union (IoU) with another rectangle, 0 to 1.
    public func iou(with other: Box) -> Double {
        let common =
            max(0, min(x + width, other.x + other.width) - max(x, other.x))
            * max(0, min(y + height, other.y + other.height) - max(y, other.y))
        let union = width * height + other.width * other.height - common
        return union > 0 ? Double(common) / Double(union) : 0
    }

    /// The least box that holds both.
    func hull(with other: Box) -> Box {
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Box(
            x: left, y: top, width: max(x + width, other.x + other.width) - left,
            height: max(y + height, other.y + other.height) - top)
    }
}
