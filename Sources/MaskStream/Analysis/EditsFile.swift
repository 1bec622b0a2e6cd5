package import Foundation
import Yams

extension Edits {
    /// Reads edits strictly, of a file or of JSON, which is YAML.
    ///
    /// - Parameters:
    ///   - data: the text in UTF-8.
    ///   - path: what errors call it.
    /// - Throws: ``MaskStreamError`` with code `configuration` naming the key for what is no edit.
    package init(yaml data: Data, name path: String) throws {
        self.init()
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MaskStreamError(.configuration, "\(path) is no UTF-8 text")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw MaskStreamError(.configuration, "\(path) is no YAML: \(error)")
        }
        // A file without a word changes nothing.
        guard let root else { return }
        let top = try ManifestReader(
            root, file: path, keys: ["schema", "tracks", "people", "refused", "regions", "spans"])
        _ = try top.int("schema", in: 1...1, default: 1)
        tracks = try Self.tracks(top)
        people = try Self.people(top)
        refused = try top.moments("refused", default: [])
        regions = try top.list("regions", keys: Region.keys).map(Region.init)
        spans = try top.list("spans", keys: ["from", "to", "threshold", "fill", "mask"]).map(
            Span.init)
    }

    private static func tracks(_ top: ManifestReader) throws -> [Track] {
        let names = top.names(in: "tracks")
        let legal = names.filter { Int($0).map { $0 > 0 } ?? (TrackMoment($0) != nil) }
        guard let section = try top.section("tracks", keys: legal) else { return [] }
        return try names.map { name in
            let moment = TrackMoment(name)
            let number = moment?.number ?? Int(name) ?? 0
            guard section.isMapping(name),
                let own = try section.section(name, keys: ["do", "confirmed"])
            else {
                return Track(
                    number: number, moment: moment?.time, action: try section.choice(name))
            }
            let action: Action = try own.choice("do")
            if action == .hide {
                try own.refuse(["confirmed"], because: "what is hidden needs no confirmation")
            }
            if moment != nil {
                try own.refuse(["confirmed"], because: "the track is named with its moment")
            }
            return Track(
                number: number, moment: moment?.time, action: action,
                confirmed: try own.times("confirmed"))
        }
    }

    private static func people(_ top: ManifestReader) throws -> [Person] {
        let names = top.names(in: "people").sorted()
        guard let section = try top.section("people", keys: names) else { return [] }
        return try names.map { Person(name: $0, tracks: try section.moments($0)) }
    }
}

extension Edits.Region {
    static let keys = ["do", "unit", "box", "polygon", "keyframes", "from", "to", "confirmed"]

    init(_ reader: ManifestReader) throws {
        action = try reader.choice("do")
        times = try reader.interval()
        if action == .hide {
            try reader.refuse(["confirmed"], because: "what is hidden needs no confirmation")
        }
        confirmed = try reader.times("confirmed")
        let unit: EditShape.Unit = try reader.choice("unit", default: .pixels)
        guard reader.has("keyframes") else {
            let corners = try reader.corners()
            shape = EditShape(
                unit: unit,
                keyframes: [EditShape.Keyframe(time: times.lowerBound, corners: corners)])
            return
        }
        try reader.refuse(["box", "polygon"], because: "keyframes have their own")
        let frames = try reader.list("keyframes", keys: ["at", "box", "polygon"]).map {
            EditShape.Keyframe(time: try $0.seconds("at"), corners: try $0.corners())
        }
        let isOrdered = zip(frames, frames.dropFirst()).allSatisfy { $0.time < $1.time }
        guard let first = frames.first, isOrdered,
            frames.allSatisfy({ $0.corners.count == first.corners.count })
        else {
            throw reader.wrong(
                "keyframes", "keyframes in the order of time, all with as many corners")
        }
        shape = EditShape(unit: unit, keyframes: frames)
    }
}

extension Edits.Span {
    init(_ reader: ManifestReader) throws {
        times = try reader.interval()
        let found = ["threshold", "fill", "mask"].filter(reader.has)
        guard found.count == 1 else {
            throw reader.wrong(found.first ?? "threshold", "one of threshold, fill and mask")
        }
        switch found[0] {
        case "threshold": change = .threshold(try reader.float("threshold", in: 0...1))
        case "fill":
            change = .fill(try reader.parsed("fill", MaskFill.spelling) { MaskFill($0) })
        default:
            change = try reader.parsed("mask", "whole") { $0 == "whole" ? .whole : nil }
        }
    }
}

extension ManifestReader {
    /// `from` and `to` in seconds.
    fileprivate func interval() throws -> Range<Double> {
        let (from, to) = (try seconds("from"), try seconds("to"))
        guard from < to else { throw wrong("to", "a time behind `from`") }
        return from..<to
    }

    fileprivate func seconds(_ key: String) throws -> Double {
        try value(key, nil, "seconds, 0 or more") { node in
            node.float.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
    }

    fileprivate func times(_ key: String) throws -> [Double] {
        try value(key, [], "a list of seconds, 0 or more") { node in
            let times = node.sequence?.map { $0.float ?? -1 }
            return times?.allSatisfy { $0.isFinite && $0 >= 0 } == true ? times : nil
        }
    }

    /// A list of tracks, each named with a moment.
    fileprivate func moments(
        _ key: String, default fallback: [TrackMoment]? = nil
    ) throws -> [TrackMoment] {
        try value(key, fallback, "a list of tracks, each with a moment, as [1@0, 3@12.5]") { node in
            let moments = node.sequence?.compactMap { $0.scalar.flatMap { TrackMoment($0.string) } }
            return moments?.count == node.sequence?.count ? moments : nil
        }
    }

    /// The corners of `box` or `polygon`.
    fileprivate func corners() throws -> [EditShape.Point] {
        guard has("box") != has("polygon") else {
            throw wrong("box", "box or polygon, one of the two")
        }
        guard has("box") else {
            return try value("polygon", nil, "a list of three points [x, y] or more") { node in
                let points = node.sequence?.compactMap { point -> EditShape.Point? in
                    let numbers = Self.numbers(point)
                    return numbers?.count == 2 ? numbers.map { .init(x: $0[0], y: $0[1]) } : nil
                }
                guard let points, points.count >= 3, points.count == node.sequence?.count else {
                    return nil
                }
                return points
            }
        }
        return try value("box", nil, "[x, y, width, height]") { node in
            guard let box = Self.numbers(node), box.count == 4, box[2] > 0, box[3] > 0 else {
                return nil
            }
            let (right, bottom) = (box[0] + box[2], box[1] + box[3])
            return [(box[0], box[1]), (right, box[1]), (right, bottom), (box[0], bottom)].map {
                EditShape.Point(x: $0.0, y: $0.1)
            }
        }
    }

    private static func numbers(_ node: Node) -> [Double]? {
        let numbers = node.sequence?.map { $0.float ?? .nan }
        return numbers?.allSatisfy { abs($0) < 1e6 } == true ? numbers : nil
    }
}
