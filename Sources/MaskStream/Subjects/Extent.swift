/// A rectangle by its centre and its size, in parts of pixels.
struct Extent: Equatable {
    var center: SIMD2<Double>
    var size: SIMD2<Double>

    init(_ box: Box) {
        size = SIMD2(Double(box.width), Double(box.height))
        center = SIMD2(Double(box.x), Double(box.y)) + size / 2
    }

    /// Whether another one lies within twice this one's size: it may be the same subject.
    func isNear(_ other: Extent) -> Bool {
        let distance = other.center - center
        let reach = 2.5 * size + 0.5 * other.size
        return abs(distance.x) < reach.x && abs(distance.y) < reach.y
    }

    /// The Distance-IoU (DIoU) with another one, -1 to 1.
    ///
    /// IoU less the squared distance of the centres, as a fraction of the squared diagonal of the
    /// least rectangle that holds both: Zheng et al. 2020, arXiv:1911.08287.
    func distanceIoU(with other: Extent) -> Double {
        let low = pointwiseMin(center - size / 2, other.center - other.size / 2)
        let high = pointwiseMax(center + size / 2, other.center + other.size / 2)
        let common = area(common: other)
        let union = size.x * size.y + other.size.x * other.size.y - common
        let (distance, diagonal) = (other.center - center, high - low)
        return common / union - (distance * distance).sum() / (diagonal * diagonal).sum()
    }

    /// How much of this one lies within another, 0 to 1.
    func share(within other: Extent) -> Double { area(common: other) / (size.x * size.y) }

    /// The least move after which, on each axis, one of both lies within the other.
    func offset(to other: Extent) -> SIMD2<Double> {
        let distance = other.center - center
        let difference = (other.size - size) / 2
        let slack = pointwiseMax(difference, -difference)
        return distance - distance.clamped(lowerBound: -slack, upperBound: slack)
    }

    private func area(common other: Extent) -> Double {
        let low = pointwiseMax(center - size / 2, other.center - other.size / 2)
        let high = pointwiseMin(center + size / 2, other.center + other.size / 2)
        let sides = pointwiseMax(high - low, .zero)
        return sides.x * sides.y
    }
}
