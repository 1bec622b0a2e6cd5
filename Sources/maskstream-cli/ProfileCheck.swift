import Dispatch
import Foundation
import MaskStream
import MaskStreamOnnx

/// Runs a profile's models on a synthetic picture and tells what they do.
struct ProfileCheck {
    private let profile: Profile
    private static let runs = 20

    init(_ profile: Profile) { self.profile = profile }

    /// One line per fact; throws at the first that is wrong.
    func lines() throws -> [String] {
        let format = FrameFormat(width: 640, height: 360)
        let picture = Self.picture(format)
        let session = try OnnxSession(
            path: profile.estimator.file.path, expectedSHA256: profile.estimator.file.sha256)
        var estimator = try OnnxEstimator(
            spec: profile.estimator, session: session, format: format)
        var map = ConfidenceMap(width: 0, height: 0)
        let estimatorTime = try Self.time { try estimator.estimate(picture, into: &map) }
        guard map.isFinite, map.values.allSatisfy({ (0...1).contains($0) }) else {
            throw MaskStreamError(
                .configuration, "the confidence map leaves 0...1 (\(profile.estimator.file.path))",
                hint: "check estimator.activation and estimator.channels")
        }
        var lines = [
            "ok  manifest \(profile.folder)/profile.yaml",
            "ok  estimator \(estimator.inputSize) -> \(map.width)x\(map.height) map, "
                + "\(decimals(estimatorTime, 2)) ms",
        ]
        guard let spec = profile.primary else { return lines + ["ok  no primary model"] }
        var primary = try OnnxClassifier(
            spec: spec,
            session: try OnnxSession(path: spec.file.path, expectedSHA256: spec.file.sha256))
        let box = Box(x: 240, y: 90, width: 160, height: 180)
        var verdict: Verdict?
        let primaryTime = try Self.time {
            verdict = try primary.run(on: picture, in: Region(box: box, mask: nil))
        }
        lines.append(
            "ok  primary \(spec.width)x\(spec.height) -> \(verdict?.labels.count ?? 0) classes, "
                + "\(decimals(primaryTime, 2)) ms")
        return lines
    }

    /// The median time of a call in milliseconds.
    private static func time(_ body: () throws -> Void) rethrows -> Double {
        let times = try (0..<runs).map { _ in
            let start = DispatchTime.now().uptimeNanoseconds
            try body()
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
        }
        return times.sorted()[runs / 2]
    }

    /// A grey gradient with some texture.
    private static func picture(_ format: FrameFormat) -> Frame {
        let buffer = PixelBuffer(
            format: format.pixelFormat, width: format.width, height: format.height)
        for plane in 0..<3 {
            buffer.withPlane(plane) { plane in
                for y in 0..<plane.height {
                    let row = plane.row(y, as: UInt8.self)
                    for x in 0..<plane.width {
                        row[x] = UInt8(64 + (x * 96 / plane.width + (x * 7 + y * 13) % 32))
                    }
                }
            }
        }
        return Frame(format: format, pts: 0, buffer: buffer)
    }
}
