import Foundation
import Testing

@testable import MaskStream

/// Edits as text, and what is left of them where a scene begins.
@Suite struct EditsEncodingTests {
    private func edits(_ text: String) throws -> Edits {
        try Edits(yaml: Data(text.utf8), name: "edits.yaml")
    }

    static let texts = [
        "",
        "tracks: {3: keep, 7: hide, 9: {do: keep, confirmed: [1.5, 4]}}",
        "{tracks: {3@12.5: hide}, people: {A: [1@0, 3@12.5], B b: [7@2]}, refused: [2@40]}",
        "regions: [{do: hide, box: [10, 20, 30, 40], from: 1, to: 2.5}]",
        "regions: [{do: keep, polygon: [[0, 0], [9, 1], [4, 8]], from: 1, to: 2, confirmed: [1.5]}]",
        "regions: [{do: hide, unit: shares, box: [0.1, 0.2, 0.3, 0.4], from: 0, to: 2}]",
        """
        regions: [{do: hide, from: 1, to: 3, keyframes: [
          {at: 1, box: [10, 20, 30, 40]}, {at: 2, box: [20, 20, 30, 45]}]}]
        """,
        "spans: [{from: 1, to: 2, threshold: 0.25}, {from: 2, to: 3, mask: whole}]",
        "spans: [{from: 1, to: 2, fill: '#00ff00'}]",
    ]

    @Test(arguments: texts)
    func whatIsWrittenIsReadAgain(text: String) throws {
        let edits = try edits(text)
        #expect(try self.edits(edits.yaml()) == edits)
        let json = try JSONEncoder().encode(edits)
        // JSON has no order.
        #expect(try Edits(yaml: json, name: "json").yaml() == edits.yaml())
    }

    @Test func numbersAreWrittenAsAPersonWritesThem() throws {
        let text = """
            regions: [{do: hide, box: [0.5, 20, 30, 40], from: 1, to: 12.5, unit: shares}]
            spans: [{from: 3600.04, to: 3601, threshold: 0.25}]
            tracks: {3: {do: keep, confirmed: [1.5, 40]}}
            """
        let expected = """
            people: {}
            refused: []
            regions:
            - box:
              - 0.5
              - 20
              - 30
              - 40
              do: hide
              from: 1
              to: 12.5
              unit: shares
            schema: 1
            spans:
            - from: 3600.04
              threshold: 0.25
              to: 3601
            tracks:
              3:
                confirmed:
                - 1.5
                - 40
                do: keep

            """
        #expect(try edits(text).yaml() == expected)
    }

    @Test("Many regions are all written, in time that grows as their number does")
    func manyRegions() throws {
        func edits(_ count: Int) throws -> Edits {
            let items = (0..<count).map { "{do: hide, box: [\($0), 20, 30, 40], from: 1, to: 2}" }
            return try self.edits("regions: [\(items.joined(separator: ", "))]")
        }
        let (few, many) = try (edits(500), edits(12_000))
        let clock = ContinuousClock()
        let short = try (0..<3).map { _ in try clock.measure { _ = try few.yaml() } }.min() ?? .zero
        var text = ""
        let long = try clock.measure { text = try many.yaml() }
        // In proportion it is 24.
        #expect(long / short < 40, "\(long / short)")
        #expect(try self.edits(text) == many)
    }

    @Test func boxesStayBoxes() throws {
        let region = try edits(Self.texts[3]).yaml()
        #expect(region.contains("box") && !region.contains("polygon"))
        #expect(try edits(Self.texts[4]).yaml().contains("polygon"))
    }

    @Test(arguments: [
        // A keep edit ends at the scene unless somebody has made sure of it there or later.
        ("tracks: {3: {do: keep, confirmed: [1, 5]}}", "tracks: {3: {do: keep, confirmed: [5]}}"),
        ("tracks: {3: {do: keep, confirmed: [1]}}", ""),
        ("tracks: {3: {do: keep, confirmed: [4]}}", "tracks: {3: {do: keep, confirmed: [4]}}"),
        // Without a confirmation it holds from where the track is seen first: 3 before, 8 after.
        ("tracks: {3: keep}", ""), ("tracks: {8: keep}", "tracks: {8: {do: keep, confirmed: [6]}}"),
        ("tracks: {3: hide}", "tracks: {3: hide}"),
        ("regions: [{do: keep, box: [1, 1, 2, 2], from: 1, to: 9}]", ""),
        (
            "regions: [{do: keep, box: [1, 1, 2, 2], from: 4, to: 9}]",
            "regions: [{do: keep, box: [1, 1, 2, 2], from: 4, to: 9}]"
        ),
        (
            "regions: [{do: hide, box: [1, 1, 2, 2], from: 1, to: 9}]",
            "regions: [{do: hide, box: [1, 1, 2, 2], from: 1, to: 9}]"
        ),
        ("spans: [{from: 1, to: 9, mask: whole}]", "spans: [{from: 1, to: 9, mask: whole}]"),
    ])
    func whatWasMadeSureOfEarlierHasEnded(text: String, left: String) throws {
        #expect(try edits(text).from(sceneAt: 4, seen: [3: 0.5, 8: 6]) == edits(left))
    }

    @Test func aKeptRegionGoesOnWhereSomebodyLookedAgain() throws {
        let region = try edits(
            "regions: [{do: keep, box: [1, 1, 2, 2], from: 1, to: 9, confirmed: [2, 6, 7]}]")
        let left = try #require(region.from(sceneAt: 4, seen: [:]).regions.first)
        #expect(left.times == 6..<9 && left.confirmed == [6, 7])
        #expect(left.shape == region.regions[0].shape)
    }
}
