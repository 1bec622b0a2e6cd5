import Yams

/// Edits as they stand in their file, and as JSON in the same form.
extension Edits: Encodable {
    private enum Key: String, CodingKey { case schema, tracks, people, refused, regions, spans }

    /// Writes the edits; those that are read again are the same.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(1, forKey: .schema)
        let named = tracks.map { ($0.name, $0) }
        try container.encode(Dictionary(named) { first, _ in first }, forKey: .tracks)
        let people = people.map { ($0.name, $0.tracks) }
        try container.encode(Dictionary(people) { first, _ in first }, forKey: .people)
        try container.encode(refused, forKey: .refused)
        try container.encode(regions, forKey: .regions)
        try container.encode(spans, forKey: .spans)
    }

    /// The text of the file.
    package func yaml() throws -> String {
        var short = self
        (short.regions, short.spans) = ([], [])
        guard var node = try Self.node(of: short) else { return "" }
        if !regions.isEmpty { node["regions"] = try Self.node(ofList: regions) }
        if !spans.isEmpty { node["spans"] = try Self.node(ofList: spans) }
        return try Yams.serialize(node: node.plain())
    }

    private static func node(of value: some Encodable) throws -> Node? {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        return try Yams.compose(yaml: encoder.encode(value))
    }

    /// A list as YAML: Yams copies what it has of one for each item more, so that it gets pieces.
    private static func node(ofList list: [some Encodable]) throws -> Node {
        let size = 64
        let items = try stride(from: 0, to: list.count, by: size).flatMap { first in
            let piece = Array(list[first..<min(first + size, list.count)])
            return try node(of: piece)?.sequence.map(Array.init) ?? []
        }
        return Node(items)
    }
}

extension Edits.Track: Encodable {
    /// How it is called in the file: `3`, or `3@12.5`.
    var name: String {
        moment.map { TrackMoment(number: number, time: $0).description } ?? String(number)
    }

    private enum Key: String, CodingKey {
        case action = "do"
        case confirmed
    }

    func encode(to encoder: any Encoder) throws {
        guard !confirmed.isEmpty else {
            var container = encoder.singleValueContainer()
            return try container.encode(action.rawValue)
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(action.rawValue, forKey: .action)
        try container.encode(confirmed, forKey: .confirmed)
    }
}

extension Edits.Region: Encodable {
    private enum Key: String, CodingKey {
        case action = "do"
        case unit, from, to, confirmed, keyframes
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(action.rawValue, forKey: .action)
        try container.encode(times.lowerBound, forKey: .from)
        try container.encode(times.upperBound, forKey: .to)
        if shape.unit != .pixels { try container.encode(shape.unit.rawValue, forKey: .unit) }
        if !confirmed.isEmpty { try container.encode(confirmed, forKey: .confirmed) }
        if shape.keyframes.count == 1 {
            try shape.keyframes[0].encodeCorners(to: encoder)
        } else {
            try container.encode(shape.keyframes, forKey: .keyframes)
        }
    }
}

extension EditShape.Keyframe: Encodable {
    private enum Key: String, CodingKey {
        case time = "at"
        case box, polygon
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: .time)
        try encodeCorners(to: encoder)
    }

    /// Writes the corners as a box where they are one.
    fileprivate func encodeCorners(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if let box {
            try container.encode(box, forKey: .box)
        } else {
            try container.encode(corners.map { [$0.x, $0.y] }, forKey: .polygon)
        }
    }

    /// Left, top, width and height; nil where the corners are not those of a box.
    private var box: [Double]? {
        guard corners.count == 4 else { return nil }
        let (first, last) = (corners[0], corners[2])
        let isBox =
            corners[1] == .init(x: last.x, y: first.y)
            && corners[3] == .init(x: first.x, y: last.y) && last.x > first.x && last.y > first.y
        return isBox ? [first.x, first.y, last.x - first.x, last.y - first.y] : nil
    }
}

extension Edits.Span: Encodable {
    private enum Key: String, CodingKey { case from, to, threshold, fill, mask }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(times.lowerBound, forKey: .from)
        try container.encode(times.upperBound, forKey: .to)
        switch change {
        case .threshold(let threshold): try container.encode(threshold, forKey: .threshold)
        case .fill(let fill): try container.encode("\(fill)", forKey: .fill)
        case .whole: try container.encode("whole", forKey: .mask)
        }
    }
}
