internal import CFFmpeg
import MaskStream

/// Brings frames into the form that is encoded: chroma repeated, then converted.
final class PictureConverter {
    private let form: PictureForm
    private let layout: PixelFormat
    private let scaler: UnsafeMutableRawPointer?

    /// Wraps `sws_init_context`.
    init(_ form: PictureForm, format: FrameFormat) throws {
        self.form = form
        layout = format.pixelFormat
        guard !form.isIdentity, form.spread != form.target else {
            scaler = nil
            return
        }
        let guess: Int32 = format.height < 720 ? 6 : 1
        // swscale knows matrices by the code points of H.273; others it takes for BT.601.
        func matrix(_ color: ColorInfo) -> Int32 {
            [1, 4, 5, 6, 7, 9, 10].contains(color.matrix) ? color.matrix : guess
        }
        let isFromRGB = layout.model == .rgb
        let isToRGB = av_pix_fmt_desc_get(form.target)?.pointee.isRGB == true
        scaler = ms_converter_new(
            Int32(format.width), Int32(format.height), form.spread,
            isFromRGB || format.color.range == .full ? 1 : 0, form.target,
            isToRGB || form.color.range == .full ? 1 : 0,
            matrix(isFromRGB ? form.color : format.color),
            matrix(isToRGB ? format.color : form.color), ms_convert_exact)
        guard scaler != nil else {
            throw MaskStreamError(
                .usage,
                "no conversion from \(pixelFormatName(form.source)) to "
                    + pixelFormatName(form.target),
                hint: "choose another --output-pix-fmt", underlying: nil)
        }
    }

    deinit { if let scaler { ms_converter_free(scaler) } }

    /// The picture as it is encoded; the frame's own memory where nothing changes.
    ///
    /// Wraps `sws_scale`.
    func convert(_ buffer: PixelBuffer) throws -> EncodedPicture {
        if form.isIdentity { return try EncodedPicture(lending: buffer, as: form.target) }
        let spread =
            form.spread == form.source
            ? try EncodedPicture(lending: buffer, as: form.source) : try spreadChroma(of: buffer)
        guard let scaler else { return spread }
        let size = (width: Int32(buffer.width), height: Int32(buffer.height))
        let target = try EncodedPicture(form.target, width: size.width, height: size.height)
        try check(ms_converter_run(scaler, spread.pointer, target.pointer), "convert", "output")
        return target
    }

    /// Gives every pixel its own copy of the chroma it had; nothing is interpolated.
    private func spreadChroma(of buffer: PixelBuffer) throws -> EncodedPicture {
        let target = try EncodedPicture(
            form.spread, width: Int32(buffer.width), height: Int32(buffer.height))
        for index in 0..<buffer.format.planeCount {
            let output = target.plane(index)
            guard let base = output.base else { continue }
            let isChroma = index == 1 || index == 2
            let shiftX = isChroma ? layout.chromaShiftX : 0
            let shiftY = isChroma ? layout.chromaShiftY : 0
            buffer.withPlane(index) { plane in
                for y in 0..<buffer.height {
                    let row = base + y * output.stride
                    if layout.bytesPerSample == 1 {
                        spreadRow(
                            plane.row(y >> shiftY, as: UInt8.self), row, buffer.width, shiftX)
                    } else {
                        row.withMemoryRebound(to: UInt16.self, capacity: buffer.width) {
                            spreadRow(
                                plane.row(y >> shiftY, as: UInt16.self), $0, buffer.width, shiftX)
                        }
                    }
                }
            }
        }
        return target
    }
}

/// Repeats each sample of a row `1 << shift` times.
private func spreadRow<Sample>(
    _ source: UnsafePointer<Sample>, _ target: UnsafeMutablePointer<Sample>, _ width: Int,
    _ shift: Int
) {
    if shift == 0 {
        target.update(from: source, count: width)
    } else {
        for x in 0..<width { target[x] = source[x &>> shift] }
    }
}
