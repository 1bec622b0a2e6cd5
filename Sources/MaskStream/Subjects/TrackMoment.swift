/// A track, named by its number and a moment at which it is there, as numbers begin anew in each scene.
///
/// Written `3@12.5`: track 3 in the frame that is shown at 12.5 s.
package struct TrackMoment: Sendable, Equatable {
    /// The track's number in its scene.
    package let number: Int
    /// The moment in seconds.
    package let time: Double

    /// Names a track.
    package init(number: Int, time: Double) {
        self.number = number
        self.time = time
    }

    /// Reads `3@12.5`; nil for what names no track.
    init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number > 0,
            let time = Double(parts[1]), time.isFinite, time >= 0
        else { return nil }
        self.init(number: number, time: time)
    }
}

extension TrackMoment: CustomStringConvertible {
    package var description: String {
        "\(number)@" + (Int(exactly: time).map(String.init) ?? "\(time)")
    }
}

extension TrackMoment: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = TrackMoment(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a track is named as 3@12.5")
        }
        self = moment
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
