import MaskStream

/// One moment of a run in thumbnails.
struct ReportMoment {
    let frame: Int
    /// Seconds.
    let time: Double
    let file: String?
    let threshold: Float
    let kept: Float
    let label: String?
    let confidence: Float?
    /// The tracks of the first subjects, largest first.
    let tracks: [Int]
    /// How many subjects there are.
    let subjects: Int
    let miss: Miss?
    /// The confidence map; nil where there is none.
    let map: Thumbnail?
    /// The image as it was written.
    let masked: Thumbnail
    /// The unmasked image, on request alone.
    let original: Thumbnail?
}

/// Evenly spaced moments of a run of unknown length.
///
/// Frames whose number is a multiple of the stride are kept; when there are too many, every second
/// is dropped and the stride doubles.
struct ContactSheet {
    /// The most moments that are kept.
    static let capacity = 16
    /// The longer side of a moment's images, at most.
    static let side = 320
    /// The most tracks of a moment.
    static let mostTracks = 6

    /// The moments in order.
    private(set) var moments: [ReportMoment] = []
    private(set) var stride = 1
    private let keepsOriginals: Bool
    private var painter: MaskPainter

    init(fill: MaskFill, hidesSubjects: Bool, keepsOriginals: Bool) {
        self.keepsOriginals = keepsOriginals
        painter = MaskPainter(fill: fill, hidesSubjects: hidesSubjects)
    }

    /// Keeps a frame if its turn has come.
    ///
    /// The masked image is painted here: what the run writes may be a map, a mask or an overlay.
    mutating func add(_ work: borrowing FrameWork) {
        guard wants(work.index) else { return }
        let format = work.source.format
        let size = format.thumbnailSize(side: Self.side)
        let masked = painter.paint(work.source, mask: work.mask)
        let prediction = work.subjects.first?.prediction
        let map = work.map.flatMap { Thumbnail(map: $0, format: format, size: size) }
        let original = keepsOriginals ? Thumbnail(work.source, size: size) : nil
        keep(
            ReportMoment(
                frame: work.index, time: work.source.time, file: work.source.file,
                threshold: work.threshold, kept: work.keptFraction, label: prediction?.label,
                confidence: prediction?.confidence,
                tracks: work.subjects.prefix(Self.mostTracks).compactMap(\.track),
                subjects: work.subjects.count, miss: work.miss, map: map,
                masked: Thumbnail(masked, size: size), original: original))
    }

    /// Whether a frame's turn has come.
    func wants(_ frame: Int) -> Bool { frame % stride == 0 }

    /// Adds a moment and makes room for the next.
    mutating func keep(_ moment: ReportMoment) {
        if moments.count == Self.capacity {
            stride *= 2
            moments = moments.filter { wants($0.frame) }
        }
        if wants(moment.frame) { moments.append(moment) }
    }
}
