import Testing

@testable import MaskStream
@testable import MaskStreamReports

struct BlockBootstrapTests {
    private typealias Block = BlockBootstrap.Block

    @Test("Equal blocks leave no doubt")
    func equalBlocks() throws {
        let blocks = (0..<8).map { _ in Block(sum: 3, count: 4) }
        #expect(try #require(BlockBootstrap().interval(of: blocks)) == 0.75...0.75)
    }

    @Test("Nothing is known without values")
    func noBlocks() {
        #expect(BlockBootstrap().interval(of: []) == nil)
        #expect(BlockBootstrap().interval(of: [Block(sum: 0, count: 0)]) == nil)
    }

    @Test("Blocks count by how much is in them")
    func weights() throws {
        let blocks = [Block(sum: 100, count: 100), Block(sum: 0, count: 1)]
        let interval = try #require(BlockBootstrap().interval(of: blocks))
        #expect(interval == 0...1)
    }

    @Test("The interval is about two standard errors to each side", arguments: [25, 100, 400])
    func width(count: Int) throws {
        // Half of the blocks have 1, half of them 0: the standard error is 0.5 / sqrt(count).
        let blocks = (0..<count).map { Block(sum: Double($0 % 2), count: 1) }
        let interval = try #require(BlockBootstrap().interval(of: blocks))
        let expected = 2 * 1.96 * 0.5 / Double(count).squareRoot()
        #expect(abs((interval.upperBound - interval.lowerBound) / expected - 1) < 0.15)
        #expect(interval.contains(0.5))
    }

    @Test("The same seed gives the same interval, another one nearly the same")
    func seeds() throws {
        let blocks = (0..<40).map { Block(sum: Double($0 * 7 % 10), count: 10) }
        let one = try #require(BlockBootstrap().interval(of: blocks))
        #expect(BlockBootstrap().interval(of: blocks) == one)
        let other = try #require(BlockBootstrap(seed: 2).interval(of: blocks))
        #expect(abs(one.lowerBound - other.lowerBound) < 0.02)
    }
}
