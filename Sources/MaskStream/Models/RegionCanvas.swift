/// Packs the regions of a frame on a canvas, as a model sees them that is run once for all.
public struct RegionCanvas {
    private let size: CanvasSize
    private let painter: CanvasPainter
    private var masking = MaskPainter(fill: .zero)

    /// Makes canvases of one size.
    public init(_ size: CanvasSize) {
        self.size = size
        painter = CanvasPainter(size)
    }

    /// A canvas with what each region's mask keeps of its box, black elsewhere, and where each box
    /// lies on it; nil where there is no room for one, which is so for the smallest of very many.
    ///
    /// A region without a mask is shown whole.
    public mutating func paint(
        _ source: Frame, _ regions: [Region]
    ) -> (canvas: Frame, places: [PackedRegion?]) {
        var packer = CanvasPacker(size, for: source.format)
        let subjects = regions.enumerated().map { index, region in
            Subject(box: region.box, area: 0, track: index)
        }
        let packed = packer.place(subjects, time: 0)
        let places = regions.indices.map { index in packed.first { $0.track == index } }
        var layers: [(masked: Frame, regions: [PackedRegion])] = []
        var lastMask: Mask?
        for (region, place) in zip(regions, places) {
            guard let place else { continue }
            // Regions of one frame mostly share its mask.
            if region.mask == lastMask, !layers.isEmpty {
                layers[layers.count - 1].regions.append(place)
            } else {
                let masked = region.mask.map { masking.paint(source, mask: $0) } ?? source
                layers.append((masked, [place]))
                lastMask = region.mask
            }
        }
        return (painter.paint(layers, as: source, fill: .zero), places)
    }
}
