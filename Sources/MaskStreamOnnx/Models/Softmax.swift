import Foundation

/// Turns logits into probabilities that add up to 1; NaN stays NaN.
func softmax(_ logits: [Float], temperature: Float = 1) -> [Float] {
    let top = logits.max() ?? 0
    let powers = logits.map { exp(($0 - top) / temperature) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}
