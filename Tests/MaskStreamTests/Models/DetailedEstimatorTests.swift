import MaskStreamTestSupport
import Testing

@testable import MaskStream

struct DetailedEstimatorTests {
    /// An estimator that always gives the same map.
    private struct Constant: ConfidenceEstimator {
        let map: ConfidenceMap
        mutating func estimate(_ frame: Frame, into map: inout ConfidenceMap) { map = self.map }
    }

    private static func run(_ whole: ConfidenceMap, _ close: ConfidenceMap) throws -> ConfidenceMap
    {
        var estimator = DetailedEstimator(
            whole: Constant(map: whole), close: Constant(map: close), regionLevel: 0.2,
            hides: true)
        var map = ConfidenceMap(width: 0, height: 0)
        let format = FrameFormat(width: 2, height: 2, pixelFormat: .gray)
        try estimator.estimate(Frame.painted(format) { _, _, _ in 0 }, into: &map)
        return map
    }

    private static let small = ConfidenceMap(width: 2, height: 2, repeating: 0.5)
    private static let large = ConfidenceMap(width: 4, height: 4, repeating: 0.25)

    @Test("The map has the closer look's size and both looks' scores")
    func joins() throws {
        #expect(
            try Self.run(Self.small, Self.large)
                == ConfidenceMap(width: 4, height: 4, repeating: 0.5))
    }

    @Test("A look without a map to trust leaves the frame without one")
    func misses() throws {
        let none = ConfidenceMap(width: 0, height: 0)
        let broken = ConfidenceMap(width: 4, height: 4, repeating: .nan)
        #expect(try !Self.run(broken, Self.large).isFinite)
        #expect(try !Self.run(Self.small, broken).isFinite)
        #expect(try Self.run(none, Self.large).values.isEmpty)
        #expect(try Self.run(Self.small, none).values.isEmpty)
    }
}
