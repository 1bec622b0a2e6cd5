import MaskStream

/// A primary model with memory for its input.
protocol PrimaryNetwork {
    /// The most crops of one call.
    var batch: Int { get }

    /// Runs on crops and answers in their order; nil where nothing of one is left to see.
    ///
    /// - Throws: `MaskStreamError` `software` when the model fails.
    mutating func answers(to crops: [PrimaryCrop]) throws -> [PrimaryAnswer?]
}

/// A subject as a primary model sees it.
struct PrimaryCrop {
    /// Planes of rows of values, what is masked filled.
    let pixels: [Float]
    /// The kept fraction of each pixel.
    let coverage: [Float]
}

/// What a primary model gives for a crop.
struct PrimaryAnswer {
    /// Logits of classes, or an embedding.
    let values: [Float]
    /// The patches that were seen; nil where there are none.
    var tokens: Tokens?
}

extension PrimarySpec {
    /// How many numbers the model gives for a crop.
    var outputCount: Int { vectors?.length ?? labels.count }

    /// The concrete shape of the model's input.
    func inputShape(batch: Int) -> [Int] {
        pixels.layout.shape(batch: batch, pixels.channelCount, width, height)
    }

    /// Writes a crop into a part of the model's input.
    func write(_ crop: PrimaryCrop, to part: UnsafeMutableBufferPointer<Float>) {
        PixelTensor(spec: pixels, width: width, height: height).write(
            crop.pixels, content: Box(x: 0, y: 0, width: width, height: height), to: part)
    }
}
