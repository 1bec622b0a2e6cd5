/// How a stored frame must be turned to be seen upright: one of the eight EXIF orientations.
public struct Orientation: Hashable, Sendable {
    /// Whether rows and columns are exchanged, before the flips.
    public let transposes: Bool
    /// Whether the upright frame is mirrored left to right, after the exchange.
    public let flipsX: Bool
    /// Whether the upright frame is mirrored top to bottom, after the exchange.
    public let flipsY: Bool

    /// Makes an orientation from its three steps.
    public init(transposes: Bool = false, flipsX: Bool = false, flipsY: Bool = false) {
        self.transposes = transposes
        self.flipsX = flipsX
        self.flipsY = flipsY
    }

    /// Upright as stored.
    public static let upright = Orientation()

    /// The orientation whose frame is shown turned clockwise by 0, 90, 180 or 270 degrees.
    public init?(clockwiseDegrees degrees: Int) {
        switch ((degrees % 360) + 360) % 360 {
        case 0: self = .upright
        case 90: self.init(transposes: true, flipsX: true)
        case 180: self.init(flipsX: true, flipsY: true)
        case 270: self.init(transposes: true, flipsY: true)
        default: return nil
        }
    }

    /// The upright size of a stored frame.
    public func displayed(width: Int, height: Int) -> (width: Int, height: Int) {
        transposes ? (height, width) : (width, height)
    }

    /// The orientation that undoes this one.
    public var inverse: Orientation {
        transposes
            ? Orientation(transposes: true, flipsX: flipsY, flipsY: flipsX)
            : self
    }

    /// Turns a plane of `width` x `height` stored values upright.
    public func apply<T>(to values: [T], width: Int, height: Int) -> [T] {
        if self == .upright { return values }
        let size = displayed(width: width, height: height)
        return [T](unsafeUninitializedCapacity: values.count) { upright, count in
            for y in 0..<size.height {
                let row = flipsY ? size.height - 1 - y : y
                for x in 0..<size.width {
                    let column = flipsX ? size.width - 1 - x : x
                    let index = transposes ? column * width + row : row * width + column
                    upright.initializeElement(at: y * size.width + x, to: values[index])
                }
            }
            count = values.count
        }
    }

    /// Turns planes of `width` x `height` stored values upright.
    public func apply(toPlanes values: [Float], width: Int, height: Int) -> [Float] {
        if self == .upright { return values }
        let size = width * height
        return stride(from: 0, to: values.count, by: size).flatMap { start in
            apply(to: Array(values[start..<start + size]), width: width, height: height)
        }
    }
}

extension Orientation {
    /// Degrees clockwise by which the stored frame is turned to be upright, mirroring aside.
    public var clockwiseDegrees: Int {
        switch (transposes, flipsX, flipsY) {
        case (false, true, true): 180
        case (true, true, _): 90
        case (true, false, _): 270
        default: 0
        }
    }
}
