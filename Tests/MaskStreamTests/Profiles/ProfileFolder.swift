import Foundation
import MaskStreamTestSupport
import Testing

@testable import MaskStream

/// A profile's folder with a manifest that can be broken line by line.
struct ProfileFolder {
    static let manifest = """
        schema: 1
        name: test
        description: A test
        license: CC0
        estimator:
          file: estimator.onnx
          sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF
          input:
            area: 4096
            enlarge: false
            fit: letterbox
            multiple: 16
            detail: {video: 2, invert: 4, images: 8}
            turns: {video: 1, invert: 2, images: 4}
          layout: nhwc
          colour: bgr
          mean: [0.1, 0.2, 0.3]
          std: [1, 2, 0.5]
          output: map
          output_layout: nchw
          activation: softmax
          channels: [1, 3]
          smallest: 12
          unclip: 1.5
        levels:
          region: 0.25
          parts: 0.75
          turned: 0.375
        primary:
          file: primary.onnx
          input:
            width: 48
            height: 64
            layout: nchw
            colour: gray
            mean: [0.5]
            std: [0.25]
            normalize: kept
          labels: labels.txt
          groups: groups.txt
          margin: 0.1
          fill: zero
          temperature: 1.5
          interval: 0.2
          skip: 0.01
          max_subjects: 3
        threshold:
          control: confidence
          where: subject
          reference: region
          initial: 0.5
          min: 0.25
          max: 0.75
          step: 0.05
          tolerance: 0.1
          confident: 0.6
          low: 0.375
          high: 0.625
          drop: 0.25
          slew: 0.5
          probe_interval: 1
          burst_interval: 0.2
          memory: 20
          kept_min: 0.125
          kept_max: 0.875
        mask:
          fill: "#ff0080"
          smoothing: 0.5
          hysteresis: 0.0625
          hold: 0.25
          dilate: 0.125
        subjects:
          min_area: 0.25
        depth: 8
        lookahead: 0
        """

    let folder: TemporaryFolder

    init(
        _ manifest: String = Self.manifest, labels: String = "happy\nsad\n",
        groups: String = "any: 0-1\n"
    ) throws {
        folder = try TemporaryFolder()
        for name in ["estimator.onnx", "primary.onnx"] { _ = try folder.write(Data(), to: name) }
        _ = try folder.write(Data(labels.utf8), to: "labels.txt")
        _ = try folder.write(Data(groups.utf8), to: "groups.txt")
        _ = try folder.write(Data(manifest.utf8), to: "profile.yaml")
    }

    var path: String { folder.url.path }

    /// Reads the profile, which must fail and name everything in `words`.
    func expectError(
        _ words: String..., hint: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: MaskStreamError.self, sourceLocation: sourceLocation) {
            try Profile(folder: path)
        }
        guard let error else { return }
        #expect(error.code == .configuration, sourceLocation: sourceLocation)
        for word in words + ["profile.yaml"] {
            let isNamed = error.message.contains(word)
            #expect(isNamed, "\(error.message) names \(word)", sourceLocation: sourceLocation)
        }
        if hint { #expect(error.hint != nil, sourceLocation: sourceLocation) }
    }
}
