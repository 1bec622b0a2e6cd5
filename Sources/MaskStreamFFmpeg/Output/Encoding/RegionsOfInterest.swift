internal import CFFmpeg
import MaskStream

/// Tells an encoder which parts of a frame it may show more coarsely.
struct RegionsOfInterest {
    /// By how much the quantiser is raised there, 1 to 51.
    let raise: Int
    /// Bits in a sample of what is encoded.
    let bitDepth: Int

    /// Puts the regions on a frame that is to be encoded.
    ///
    /// Wraps `AV_FRAME_DATA_REGIONS_OF_INTEREST`. Encoders multiply the offset by their range of
    /// quantisers, which has 6 more for each bit beyond 8.
    func attach(_ regions: [Box], to frame: UnsafeMutablePointer<AVFrame>) throws {
        guard !regions.isEmpty else { return }
        let size = MemoryLayout<AVRegionOfInterest>.stride
        guard
            let target = av_frame_new_side_data(
                frame, AV_FRAME_DATA_REGIONS_OF_INTEREST, regions.count * size)
        else { throw MaskStreamError(.software, "out of memory for side data") }
        let range = 51 + 6 * (bitDepth - 8)
        target.pointee.data.withMemoryRebound(
            to: AVRegionOfInterest.self, capacity: regions.count
        ) { entries in
            for (index, box) in regions.enumerated() {
                entries[index] = AVRegionOfInterest(
                    self_size: UInt32(size), top: Int32(box.y), bottom: Int32(box.y + box.height),
                    left: Int32(box.x), right: Int32(box.x + box.width),
                    qoffset: AVRational(num: Int32(raise), den: Int32(range)))
            }
        }
    }
}
