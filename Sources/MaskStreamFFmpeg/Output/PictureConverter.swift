internal import CFFmpeg
import MaskStream

/// Brings frames into the form that is encoded: laid on black, chroma repeated, converted, and
/// given a palette, each where the form asks for it.
final class PictureConverter {
    private let form: PictureForm
    private let format: FrameFormat
    private let scaler: UnsafeMutableRawPointer?
    private let pool = PixelBufferPool()

    /// Wraps `sws_init_context`.
    init(_ form: PictureForm, format: FrameFormat) throws {
        self.form = form
        self.format = format
        guard !form.isIdentity, form.source != form.scaled else {
            scaler = nil
            return
        }
        // swscale knows matrices by the code points of H.273.
        func matrix(_ color: ColorInfo) -> Int32 { color.effectiveMatrix(height: format.height) }
        let isFromRGB = form.layout.model == .rgb
        let isToRGB = av_pix_fmt_desc_get(form.scaled)?.pointee.isRGB == true
        scaler = ms_converter_new(
            Int32(format.width), Int32(format.height), form.source,
            isFromRGB || format.color.range == .full ? 1 : 0, form.scaled,
            isToRGB || form.color.range == .full ? 1 : 0,
            matrix(isFromRGB ? form.color : format.color),
            matrix(isToRGB ? format.color : form.color), ms_convert_exact)
        guard scaler != nil else {
            throw MaskStreamError(
                .usage,
                "no conversion from \(pixelFormatName(form.source)) to "
                    + pixelFormatName(form.scaled),
                hint: "choose another --output-pix-fmt", underlying: nil)
        }
    }

    deinit { if let scaler { ms_converter_free(scaler) } }

    /// The picture as it is encoded; the frame's own memory where nothing changes.
    ///
    /// Wraps `sws_scale`.
    func convert(_ frame: PixelBuffer) throws -> EncodedPicture {
        let buffer = frame.format == form.layout ? frame : laidOnBlack(frame)
        if form.isIdentity { return try EncodedPicture(lending: buffer, as: form.target) }
        var picture = try opened(buffer)
        if let scaler {
            let target = try EncodedPicture(
                form.scaled, width: Int32(buffer.width), height: Int32(buffer.height))
            let rows = ms_converter_run(scaler, picture.pointer, target.pointer)
            try checkScaled(rows, of: buffer.height, "output")
            target.rescaleAlpha(of: buffer, layout: form.layout)
            picture = target
        }
        guard form.target == AV_PIX_FMT_PAL8 else { return picture }
        return try picture.paletted(hasAlpha: form.layout.hasAlpha, isBinary: form.isBinary)
    }

    /// The first step: the frame's planes in a format that swscale reads.
    private func opened(_ buffer: PixelBuffer) throws -> EncodedPicture {
        if form.isLent { return try EncodedPicture(lending: buffer, as: form.source) }
        let picture = try EncodedPicture(
            form.source, width: Int32(buffer.width), height: Int32(buffer.height))
        if form.isSpread {
            spreadChroma(of: buffer, into: picture)
        } else {
            pack(buffer, into: picture)
        }
        return picture
    }

    /// Writes grey and alpha by turns.
    private func pack(_ buffer: PixelBuffer, into target: EncodedPicture) {
        let output = target.plane(0)
        guard let base = output.base else { return }
        for index in 0..<2 {
            buffer.withPlane(index) { plane in
                for y in 0..<plane.height {
                    let row = UnsafeMutableRawPointer(base + y * output.stride)
                    if buffer.format.bytesPerSample == 1 {
                        let samples = row.assumingMemoryBound(to: UInt8.self) + index
                        let source = plane.row(y, as: UInt8.self)
                        for x in 0..<plane.width { samples[2 * x] = source[x] }
                    } else {
                        let samples = row.assumingMemoryBound(to: UInt16.self) + index
                        let source = plane.row(y, as: UInt16.self)
                        for x in 0..<plane.width { samples[2 * x] = source[x] }
                    }
                }
            }
        }
    }

    /// Gives every pixel its own copy of the chroma it had; nothing is interpolated.
    private func spreadChroma(of buffer: PixelBuffer, into target: EncodedPicture) {
        for index in 0..<buffer.format.planeCount {
            let output = target.plane(index)
            guard let base = output.base else { continue }
            let isChroma = index == 1 || index == 2
            let shiftX = isChroma ? form.layout.chromaShiftX : 0
            let shiftY = isChroma ? form.layout.chromaShiftY : 0
            buffer.withPlane(index) { plane in
                for y in 0..<buffer.height {
                    let row = base + y * output.stride
                    if form.layout.bytesPerSample == 1 {
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
    }

    /// The frame without alpha: the less opaque a pixel was, the nearer it is to black.
    private func laidOnBlack(_ frame: PixelBuffer) -> PixelBuffer {
        var target = pool.take(format: form.layout, width: frame.width, height: frame.height)
        var opaque = format
        opaque.pixelFormat = form.layout
        Background(opaque).lay(frame, on: &target)
        return target.freeze()
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

extension EncodedPicture {
    /// Writes alpha of another depth anew: swscale shifts it, and opaque would not be opaque.
    fileprivate func rescaleAlpha(of buffer: PixelBuffer, layout: PixelFormat) {
        guard let own = PixelFormat(av: AVPixelFormat(rawValue: pointer.pointee.format)),
            own.hasAlpha, layout.hasAlpha, own.bitDepth != layout.bitDepth
        else { return }
        let output = plane(own.planeCount - 1)
        guard let base = output.base else { return }
        buffer.withPlane(layout.planeCount - 1) { alpha in
            for y in 0..<alpha.height {
                let row = UnsafeMutableRawPointer(base + y * output.stride)
                for x in 0..<alpha.width {
                    let sample =
                        layout.bytesPerSample == 1
                        ? Int(alpha.row(y, as: UInt8.self)[x])
                        : Int(alpha.row(y, as: UInt16.self)[x])
                    let value = sample * own.maxValue / layout.maxValue
                    if own.bytesPerSample == 1 {
                        row.storeBytes(of: UInt8(value), toByteOffset: x, as: UInt8.self)
                    } else {
                        row.storeBytes(of: UInt16(value), toByteOffset: 2 * x, as: UInt16.self)
                    }
                }
            }
        }
    }
}
