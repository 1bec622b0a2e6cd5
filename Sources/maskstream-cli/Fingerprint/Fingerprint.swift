import Foundation
import MaskStream
import MaskStreamFFmpeg
import MaskStreamOnnx

/// What a profile's models, the math functions and swscale answer on this machine to a fixed frame.
///
/// Machines with the same fingerprint make the same masks. Processors differ in the last bits of
/// sums (AVX-512, AVX2 and SSE have code of their own in ONNX Runtime, libm and swscale), so that
/// the answers are compared and not the names of processors.
struct Fingerprint: Sendable {
    /// The SHA-256 of what each part answers.
    let parts: [(name: String, sha256: String)]

    /// The SHA-256 of them all, in lower-case hexadecimal.
    var sha256: String {
        let text = parts.map { "\($0.name) \($0.sha256)\n" }.joined()
        return MessageDigest.sha256.hexadecimal(of: Data(text.utf8))
    }

    /// Runs the models on the frame.
    ///
    /// - Throws: `MaskStreamError` 78 for a model that does not load, 70 for one that fails.
    init(_ profile: Profile, sessions: ModelSessions) throws {
        let frame = Self.frame
        var parts: [(String, [UInt8])] = []
        var map = ConfidenceMap(width: 0, height: 0)
        var estimator = try profile.estimator(
            format: frame.format, sessions: sessions, look: EstimatorLook())
        try estimator.estimate(frame, into: &map)
        parts.append(("estimator", Self.bytes(map.values)))
        if let primary = profile.primary {
            var model = try primary.model(sessions.session(of: primary))
            let whole = Box(x: 0, y: 0, width: frame.format.width, height: frame.format.height)
            let answers = try model.run(on: frame, in: [Region(box: whole, mask: nil)])
            parts.append(("primary", Self.bytes(answers.compactMap { $0?.scores }.flatMap { $0 })))
        }
        parts.append(("math", Self.bytes(Self.functions(map.values))))
        parts.append(("swscale", try scaledSamples(of: frame)))
        self.parts = parts.map { ($0, MessageDigest.sha256.hexadecimal(of: $1)) }
    }

    /// A frame of 320x240 pixels with edges, gradients and noise; the same everywhere.
    private static var frame: Frame {
        let format = FrameFormat(width: 320, height: 240)
        var buffer = MutablePixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        var noise: UInt32 = 1
        for index in 0..<format.pixelFormat.planeCount {
            buffer.withPlane(index) { plane in
                for y in 0..<plane.height {
                    let row = plane.row(y, as: UInt8.self)
                    for x in 0..<plane.width {
                        // The generator of Numerical Recipes, chapter 7.1.
                        noise = noise &* 1_664_525 &+ 1_013_904_223
                        let edge = (x / 40 + y / 30) % 2 == 0 ? 40 : 0
                        row[x] = UInt8(16 + (x + 2 * y) * 120 / 800 + edge + Int(noise >> 27))
                    }
                }
            }
        }
        return Frame(format: format, pts: 0, buffer: buffer.freeze())
    }

    /// The functions of libm that masks and thresholds depend on, of some numbers.
    private static func functions(_ numbers: [Float]) -> [Double] {
        numbers.prefix(256).enumerated().flatMap { index, number -> [Double] in
            let x = Double(index + 1) / 64 + Double(number.isFinite ? number : 0)
            let f = Float(x)
            return [exp(-x), pow(x, 0.9), log(x), log2(x), Double(exp(-f)), Double(pow(f, 0.9))]
        }
    }

    private static func bytes<Number>(_ numbers: [Number]) -> [UInt8] {
        numbers.withUnsafeBytes { Array($0) }
    }
}

/// The fingerprints of one command's profiles; models are asked once.
final class Fingerprints: Sendable {
    private let sessions: ModelSessions
    private let known = Confined<[String: Fingerprint]>([:], label: "maskstream.fingerprints")

    /// Asks the models of some sessions.
    init(_ sessions: ModelSessions) { self.sessions = sessions }

    /// What a profile's models answer on this machine.
    ///
    /// - Throws: `MaskStreamError` 78 for a model that does not load, 70 for one that fails.
    func fingerprint(of profile: Profile) throws -> Fingerprint {
        try known.sync { known in
            if let found = known[profile.folder] { return found }
            let fingerprint = try Fingerprint(profile, sessions: sessions)
            known[profile.folder] = fingerprint
            return fingerprint
        }
    }
}
