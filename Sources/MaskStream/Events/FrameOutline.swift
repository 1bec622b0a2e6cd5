package import Foundation

/// Of a frame's event what a timeline needs.
///
/// No more than that is made of the line, which counts in an hour of them.
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

    /// Reads the line of an event; nil where it is no frame's.
    ///
    /// - Throws: where it is no event.
    package init?(_ line: Data) throws {
        var type: String?
        var (frame, pts): (Int?, Int64?) = (nil, nil)
        var (time, threshold): (Double?, Double?) = (nil, nil)
        var miss: String?
        var beginsScene = false
        var tracks: [Int] = []
        try line.withUnsafeBytes { bytes in
            var line = JSONCursor(bytes)
            try line.object { key, value in
                switch key {
                case "type": type = try value.string()
                case "frame": frame = try value.value(Int.self)
                case "pts": pts = try value.value(Int64.self)
                case "time": time = try value.value(Double.self)
                case "threshold": threshold = try value.value(Double.self)
                case "miss": miss = try value.optionalString()
                case "subjects":
                    try value.array { subject in
                        try subject.object { key, value in
                            guard key == "track" else { return try value.skip() }
                            if let track = try value.value(Int.self) { tracks.append(track) }
                        }
                    }
                case "findings":
                    try value.object { key, value in
                        guard key == "begins_scene" else { return try value.skip() }
                        beginsScene = try value.value(Bool.self) == true
                    }
                default: try value.skip()
                }
            }
            try line.end()
        }
        guard let type else { throw JSONCursor.Malformed() }
        guard type == "frame", let frame, let pts, let time, let threshold else { return nil }
        (self.frame, self.pts, self.time, self.threshold) = (frame, pts, time, threshold)
        self.miss = miss.map { Miss(rawValue: $0) ?? .missing }
        (self.beginsScene, self.tracks) = (beginsScene, tracks)
    }
}
