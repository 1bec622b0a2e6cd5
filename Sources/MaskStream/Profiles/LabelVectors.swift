import Foundation

/// Directions that stand for labels: what an embedding is compared with by its cosine.
///
/// A file of them is a `.npz` with the arrays `names`, `[N]` texts, and `vectors`, `[N, length]`
/// floating-point numbers, each row of length 1.
public struct LabelVectors: Sendable, Equatable {
    /// The labels.
    public let names: [String]
    /// How many numbers a vector has.
    public let length: Int
    /// A unit vector for each label, one after another.
    public let values: [Float]

    /// Makes directions of unit vectors; nil for what is none.
    package init?(names: [String], length: Int, values: [Float]) {
        guard !names.isEmpty, Set(names).count == names.count, !names.contains(""), length > 0,
            values.count == names.count * length
        else { return nil }
        for start in stride(from: 0, to: values.count, by: length) {
            let squares = values[start..<start + length].reduce(Float(0)) { $0 + $1 * $1 }
            // Written so that NaN is refused.
            guard abs(squares - 1) < 1e-3 else { return nil }
        }
        self.names = names
        self.length = length
        self.values = values
    }

    /// Reads a file; `place` says what names it.
    ///
    /// - Throws: ``MaskStreamError`` with code ``MaskStreamError/Code/configuration``.
    init(ofFile path: String, place: String) throws {
        let bytes = [UInt8](try contents(ofFile: path))
        guard let archive = NumpyArchive(bytes), let names = archive.texts("names"),
            let (shape, values) = archive.numbers("vectors"), shape.count == 2,
            let found = LabelVectors(names: names, length: shape[1], values: values)
        else {
            throw MaskStreamError(
                .configuration, "\(path) is no set of labels (\(place))",
                hint: "numpy.savez(FILE, names=..., vectors=...): different names, and a row of "
                    + "length 1 for each")
        }
        self = found
    }

    /// The cosine of an embedding with each label's vector; NaN for one of length 0.
    package func cosines(to embedding: [Float]) -> [Float] {
        let norm = embedding.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        return names.indices.map { index in
            zip(values[index * length..<(index + 1) * length], embedding)
                .reduce(Float(0)) { $0 + $1.0 * $1.1 } / norm
        }
    }
}
