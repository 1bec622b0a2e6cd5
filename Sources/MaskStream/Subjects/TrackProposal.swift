import Foundation

/// That a track probably shows who an earlier scene's track shows; for a person to confirm or refuse.
package struct TrackProposal: Sendable, Equatable, Codable {
    /// The later track, at its first frame.
    package let track: TrackMoment
    /// The earlier track, at its first frame.
    package let continues: TrackMoment
    /// How alike they are, 0 to 1.
    package let similarity: Double

    /// Proposes that a track goes on.
    package init(track: TrackMoment, continues: TrackMoment, similarity: Double) {
        self.track = track
        self.continues = continues
        self.similarity = similarity
    }

    /// Writes the similarity as 0.86, which YAML would have as 8.6e-1.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(track, forKey: .track)
        try container.encode(continues, forKey: .continues)
        let hundredths = Int((similarity * 100).rounded())
        try container.encode(Decimal(hundredths) / 100, forKey: .similarity)
    }

    private enum CodingKeys: String, CodingKey { case track, continues, similarity }
}
