import Foundation
import MaskStream

/// How a displayed image lies in an estimator's input.
struct InputGeometry: Equatable {
    /// The input's width and height.
    let width: Int
    let height: Int
    /// The rectangle of the input that the image fills.
    let content: Box

    /// The same for images that are turned by a quarter.
    var sideways: InputGeometry {
        InputGeometry(
            width: height, height: width,
            content: Box(
                x: content.y, y: content.x, width: content.height, height: content.width))
    }

    private init(width: Int, height: Int, content: Box) {
        (self.width, self.height, self.content) = (width, height, content)
    }

    /// The concrete shape of a model's input.
    func shape(_ pixels: PixelSpec) -> [Int] {
        pixels.layout.shape(pixels.channelCount, width, height)
    }

    /// Fits images of an aspect ratio (width over height) to a model.
    ///
    /// `fixed` is the model's own input size, if it has one; `pixels` is how many the images have.
    init(
        spec: EstimatorSpec, aspect: Double, fixed: (width: Int, height: Int)?, pixels: Int = .max
    ) {
        switch (spec.fit, fixed) {
        case (.letterbox, let size):
            let side = Self.square(spec)
            (width, height) = size ?? (side, side)
            content = Box(letterboxing: aspect, in: width, height)
        case (_, let size?):
            (width, height) = size
            content = Box(x: 0, y: 0, width: width, height: height)
        case (.stretch, nil):
            let side = Self.square(spec)
            (width, height) = (side, side)
            content = Box(x: 0, y: 0, width: side, height: side)
        case (.area, nil):
            let area = spec.enlarges ? spec.area : min(spec.area, pixels)
            (width, height) = Self.largest(area, spec.multiple, aspect: aspect)
            content = Box(x: 0, y: 0, width: width, height: height)
        }
    }

    private static func square(_ spec: EstimatorSpec) -> Int {
        max(1, Int(Double(spec.area).squareRoot()) / spec.multiple) * spec.multiple
    }

    /// The size that uses the area best without distorting the image much.
    private static func largest(
        _ area: Int, _ multiple: Int, aspect: Double
    ) -> (width: Int, height: Int) {
        let cells = max(1, area / (multiple * multiple))
        var best = (width: multiple, height: multiple, score: -Double.infinity)
        for rows in 1...cells {
            // The best number of columns is the aspect's, or the area's if that is less.
            let exact = Double(rows) * aspect
            for columns in [exact.rounded(.down), exact.rounded(.up)] {
                let columns = max(1, min(cells / rows, Int(min(columns, Double(cells)))))
                let distortion = abs(log(Double(columns) / exact))
                let score = log(Double(rows * columns)) - 2 * distortion
                if score > best.score {
                    best = (columns * multiple, rows * multiple, score)
                }
            }
        }
        return (best.width, best.height)
    }
}

extension Box {
    /// The middle of a rectangle that an image of an aspect ratio (width over height) fills as far
    /// as it fits.
    init(letterboxing aspect: Double, in width: Int, _ height: Int) {
        let scale = min(Double(width) / aspect, Double(height))
        let inner = (
            width: max(1, Int((scale * aspect).rounded())), height: max(1, Int(scale.rounded()))
        )
        self.init(
            x: (width - inner.width) / 2, y: (height - inner.height) / 2, width: inner.width,
            height: inner.height)
    }
}
