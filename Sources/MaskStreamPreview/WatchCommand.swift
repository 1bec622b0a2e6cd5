/// What a viewer may ask of a stream.
public enum WatchCommand: Sendable, Equatable {
    /// Hold the threshold at a value from 0 to 1.
    case threshold(Double)
    /// Let the threshold move by itself, or hold it where it is.
    case adapt(Bool)
    /// Hold the source back, or let it go on.
    case pause(Bool)
    /// Show something else where pixels are masked.
    case fill(String)
    /// Go on with another profile.
    case profile(String)
}

/// Why something is not done, as a sentence for the one who asked.
public struct WatchRefusal: Error, Sendable, CustomStringConvertible {
    /// The reason.
    public let message: String

    /// Refuses for a reason.
    public init(_ message: String) { self.message = message }

    /// The reason alone.
    public var description: String { message }
}

/// One key, one value: `{"threshold": 0.4}`.
extension WatchCommand: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case threshold, adapt, pause, fill, profile
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    /// Reads the one command of a JSON object.
    ///
    /// - Throws: ``WatchRefusal`` where there is not exactly one command, or a threshold lies
    ///   outside of 0 to 1; a `DecodingError` where a value is of the wrong kind.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: AnyKey.self).allKeys
        guard keys.count == 1, let key = Key(rawValue: keys[0].stringValue) else {
            let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw WatchRefusal("Give exactly one of \(known).")
        }
        let values = try decoder.container(keyedBy: Key.self)
        switch key {
        case .threshold:
            let threshold = try values.decode(Double.self, forKey: key)
            guard (0...1).contains(threshold) else {
                throw WatchRefusal("A threshold lies between 0 and 1.")
            }
            self = .threshold(threshold)
        case .adapt: self = .adapt(try values.decode(Bool.self, forKey: key))
        case .pause: self = .pause(try values.decode(Bool.self, forKey: key))
        case .fill: self = .fill(try values.decode(String.self, forKey: key))
        case .profile: self = .profile(try values.decode(String.self, forKey: key))
        }
    }
}
