internal import CFFmpeg
import MaskStream

/// Gives the encoder the side data that it writes, and names once what nobody can write.
final class SideDataWriter {
    private let whole: [SideData]
    private let encoder: EncoderChoice
    private let encoded: Set<AVFrameSideDataType>
    private let container: Container
    private let isGray: Bool
    private let name: String
    private let report: WarningReport
    private var named: Set<AVFrameSideDataType> = []

    /// Looks at what an open encoder and its container can write.
    init(
        _ context: UnsafeMutablePointer<AVCodecContext>, _ choice: EncoderChoice,
        form: EncodedFormat, container: Container, input: InputStreams?, keepsMetadata: Bool,
        report: @escaping WarningReport
    ) {
        whole = input?.wholeSideData ?? []
        encoder = choice
        encoded = choice.sideData(context, keepsMetadata: keepsMetadata)
        self.container = container
        let format = av_pix_fmt_desc_get(form.pixelFormat)?.pointee
        isGray = format.map { $0.nb_components <= 2 } ?? false
        name =
            container.imageCodec == nil ? "\(choice.name) in \(container.name)" : choice.name
        self.report = report
        if input?.hasUnusableProfile == true { report(ICCProfile.dropped) }
        for side in whole where !isWritten(side) { nameOnce(side.type) }
    }

    /// Puts a frame's own side data, and the whole stream's, on the frame that is encoded.
    ///
    /// Wraps `av_frame_new_side_data`.
    func attach(_ own: [SideData], to frame: UnsafeMutablePointer<AVFrame>) throws {
        for side in all(own) {
            guard isEncoded(side) else {
                if !isWritten(side) { nameOnce(side.type) }
                continue
            }
            guard let target = av_frame_new_side_data(frame, side.type, side.bytes.count) else {
                throw MaskStreamError(.software, "out of memory for side data")
            }
            target.pointee.data.update(from: side.bytes, count: side.bytes.count)
        }
    }

    /// What the container's header is to hold.
    var stored: [SideData] { whole.filter { fits($0) && container.holds($0) } }

    /// The ICC profile of a frame; nil where it has none that fits.
    func profile(_ own: [SideData]) -> [UInt8]? {
        all(own).first { $0.type == AV_FRAME_DATA_ICC_PROFILE && fits($0) }?.bytes
    }

    private func all(_ own: [SideData]) -> [SideData] {
        own + whole.filter { side in !own.contains { $0.type == side.type } }
    }

    private func isEncoded(_ side: SideData) -> Bool {
        guard encoded.contains(side.type), fits(side) else { return false }
        guard let stereo = side.stereo else { return true }
        return encoder.encodes(stereo)
    }

    private func isWritten(_ side: SideData) -> Bool {
        isEncoded(side) || fits(side) && container.holds(side)
            || side.stereo?.type == AV_STEREO3D_2D
    }

    /// Whether an ICC profile is one of the colours that are encoded (ICC.1:2022, 7.2.8).
    private func fits(_ side: SideData) -> Bool {
        guard side.type == AV_FRAME_DATA_ICC_PROFILE else { return true }
        let space = side.bytes.dropFirst(16).prefix(4)
        return space.elementsEqual((isGray ? "GRAY" : "RGB ").utf8)
    }

    private func nameOnce(_ type: AVFrameSideDataType) {
        let isSeenAlone = container.acceptsOneFrame && type == AV_FRAME_DATA_A53_CC
        // The time code of the first frame is written, or named, for the whole file.
        guard !isSeenAlone, type != AV_FRAME_DATA_S12M_TIMECODE, named.insert(type).inserted else {
            return
        }
        let what =
            switch type {
            case AV_FRAME_DATA_A53_CC: "closed captions, which are"
            case AV_FRAME_DATA_STEREO3D: "the arrangement of the two views (3D), which is"
            case AV_FRAME_DATA_SPHERICAL: "the projection (360 degrees), which is"
            case AV_FRAME_DATA_ICC_PROFILE: "this ICC profile, which is"
            default: "the active format description, which is"
            }
        report(MediaWarning("dropped_side_data", "\(name) does not take \(what) dropped"))
    }
}
