package import Foundation

/// Of a frame's event what a timeline needs.
///
/// It is read in a seventh of the time that the whole event takes, which counts in an hour of them.
package struct FrameOutline: Sendable {
    /// The frame's number.
    package let frame: Int
    /// Its time stamp in ticks.
    package let pts: Int64
    /// Its time in seconds.
    package let time: Double
    package let threshold: Double
    /// Why there is no map to trust.
    package let miss: Miss?
    /// Whether it begins a scene, as far as an analysis tells.
    package let beginsScene: Bool
    /// The tracks of its subjects.
    package let tracks: [Int]

    private struct Line: Decodable {
        struct Subject: Decodable { let track: Int? }

        struct Findings: Decodable {
            let beginsScene: Bool?

            enum CodingKeys: String, CodingKey { case beginsScene = "begins_scene" }
        }

        let type: String
        let frame: Int?
        let pts: Int64?
        let time: Double?
        let threshold: Double?
        let miss: String?
        let subjects: [Subject]?
        let findings: Findings?
    }

    /// Reads the line of an event; nil where it is no frame's.
    ///
    /// - Throws: `DecodingError` for what is no event.
    package init?(_ line: Data, _ decoder: JSONDecoder) throws {
        let line = try decoder.decode(Line.self, from: line)
        guard line.type == "frame", let frame = line.frame, let pts = line.pts,
            let time = line.time, let threshold = line.threshold
        else { return nil }
        self.frame = frame
        self.pts = pts
        self.time = time
        self.threshold = threshold
        miss = line.miss.map { Miss(rawValue: $0) ?? .missing }
        beginsScene = line.findings?.beginsScene == true
        tracks = line.subjects?.compactMap(\.track) ?? []
    }
}
