/// A fraction, as media containers write time bases, frame rates and aspect ratios.
public struct Rational: Hashable, Sendable, CustomStringConvertible {
    /// The numerator.
    public let num: Int32
    /// The denominator; 0 means unknown.
    public let den: Int32

    /// Makes the fraction `num / den` as given, without reducing it.
    public init(_ num: Int32, _ den: Int32) {
        self.num = num
        self.den = den
    }

    /// The value as a floating-point number; 0 where the fraction is unknown.
    public var value: Double { den == 0 ? 0 : Double(num) / Double(den) }

    /// `num/den`.
    public var description: String { "\(num)/\(den)" }
}
