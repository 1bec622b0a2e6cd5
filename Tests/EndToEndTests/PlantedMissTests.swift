import Foundation
import MaskStreamTestSupport
import Testing

/// All faces but one are hidden, and two detectors find the one that is left: `maskstream verify`.
@Suite struct PlantedMissTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Which of three heads is left visible, and how high it is in pixels.
    struct Plant: Sendable, CustomStringConvertible {
        let number: Int

        var left: Int { number % 3 }
        var height: Int { 60 + 8 * number }
        var width: Int { height * 21 / 25 / 2 * 2 }
        /// Where each head is in the first frame.
        var places: [(x: Int, y: Int)] {
            [(30, 10 + 4 * number), (250, 90 + 2 * number), (460, 20 + 5 * number)]
        }
        var description: String { "head \(left) of 3, \(height) pixels" }
    }

    static let plants = (0..<10).map(Plant.init)

    private let profiles = ["MASKSTREAM_PROFILES": Program.checkout + "/Profiles"]

    private struct Document: Decodable {
        struct Found: Decodable {
            let from: Double
            let to: Double
            let box: [Int]
        }
        let findings: [Found]
    }

    /// Five frames in which three heads of one photograph rest before a cup.
    private func crowd(_ plant: Plant) throws -> String {
        let head = "[1]trim=end_frame=1,crop=210:250:170:0,scale=\(plant.width):\(plant.height)"
        let heads = plant.places.enumerated().map { index, place in
            "[\(index == 0 ? "b" : "o\(index)")][f\(index)]"
                + "overlay=x=\(place.x):y=\(place.y)\(index == 2 ? "" : "[o\(index + 1)]")"
        }
        let filter =
            ["[0]trim=end_frame=1,loop=4:1:0,setpts=N/5/TB[b]"]
            + [head + ",loop=4:1:0,setpts=N/5/TB,split=3[f0][f1][f2]"] + heads
        let scenes = Program.sample("scenes.mp4")
        return try Clips.make(
            "crowd.mkv", in: folder,
            ["-ss", "3", "-i", scenes, "-ss", "0.5", "-i", scenes, "-filter_complex"]
                + [filter.joined(separator: ";"), "-r", "5", "-an", "-c:v", "ffv1"])
    }

    @Test(arguments: plants) func thePlantedMissIsFound(plant: Plant) throws {
        let crowd = try crowd(plant)
        try expectStatus(
            0,
            [crowd, "-p", "faces", "--invert", "--codec", "ffv1", "-o", folder.path("hidden.mkv")],
            environment: profiles)
        let place = plant.places[plant.left]
        let part = "\(plant.width):\(plant.height):\(place.x):\(place.y)"
        let planted = try Clips.make(
            "planted.mkv", in: folder,
            ["-i", folder.path("hidden.mkv"), "-i", crowd, "-c:v", "ffv1", "-filter_complex"]
                + ["[1]crop=\(part)[c];[0][c]overlay=\(place.x):\(place.y):enable='between(n,1,3)'"]
        )
        for verifier in ["face-emotion", "faces"] {
            let result = try Program.run(
                ["verify", planted, "--with", verifier, "--json", folder.path("f.json")],
                environment: profiles)
            #expect(result.status == 70, "\(verifier): \(result.errors)")
            let data = try Data(contentsOf: folder.url.appendingPathComponent("f.json"))
            let found = try JSONDecoder().decode(Document.self, from: data).findings
            let isFound = found.contains { found in
                let (x, y) = (found.box[0] + found.box[2] / 2, found.box[1] + found.box[3] / 2)
                return (place.x..<place.x + plant.width).contains(x)
                    && (place.y..<place.y + plant.height).contains(y)
                    && found.from <= 0.2 && found.to >= 0.8
            }
            #expect(isFound, "\(verifier): \(found)")
        }
    }
}
