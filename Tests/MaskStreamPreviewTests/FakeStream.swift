import Foundation
import MaskStream

@testable import MaskStreamPreview

/// A stream whose frames are made by the test, or by whoever looks.
final class FakeStream: Watched {
    struct Facts {
        var status = WatchStatus(input: "clip.mp4", profile: "light")
        /// The newest picture, in whatever view.
        var picture: WatchImage?
        /// Makes a frame for everyone who asks for one: red, blue, red...
        var isEndless = false
        var asked: [WatchView] = []
        var commands: [WatchCommand] = []
        var refusal: String?
    }

    let name: String
    private let facts = Confined(Facts(), label: "maskstream.fake")

    init(name: String = "clip.mp4", _ prepare: (inout Facts) -> Void = { _ in }) {
        self.name = name
        update { facts in
            facts.status.input = name
            facts.status.bounds = WatchStatus.Bounds(min: 0.1, max: 0.9)
            facts.status.threshold = 0.5
            prepare(&facts)
        }
    }

    var now: Facts { facts.sync { $0 } }

    func update(_ body: (inout Facts) -> Void) { facts.sync { body(&$0) } }

    func image(_ view: WatchView, after: Int?) -> WatchImage? {
        facts.sync { facts in
            facts.asked.append(view)
            if facts.isEndless {
                let frame = (after ?? -1) + 1
                facts.status.frame = max(frame, facts.status.frame ?? 0)
                facts.picture = WatchImage(
                    frame: frame, jpeg: frame.isMultiple(of: 2) ? Self.red : Self.blue)
            }
            guard let picture = facts.picture, picture.frame > after ?? -1 else { return nil }
            return picture
        }
    }

    func status(since frame: Int?) -> WatchStatus {
        facts.sync { facts in
            var status = facts.status
            status.samples.removeAll { $0.frame <= frame ?? -1 }
            return status
        }
    }

    func apply(_ command: WatchCommand) throws {
        try facts.sync { facts in
            if let refusal = facts.refusal { throw WatchRefusal(refusal) }
            facts.commands.append(command)
        }
    }

    /// A JPEG of 32 x 18 red pixels.
    static let red = jpeg(
        """
        /9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgKCgsKCw0NDQ0NDRAPEBAQEBAQ\
        EBAQEBASEhIVFRUSEhIQEBISFBQVFRcXFxUVFRUXFxkZGR4eHBwjIyQrKzP/xABNAAEBAAAAAAAAAAAAAAAA\
        AAAABgEBAQEAAAAAAAAAAAAAAAAAAAYHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AA\
        EQgAEgAgAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AiwEo38AAAAAB/9k=
        """)

    /// A JPEG of 32 x 18 blue pixels.
    static let blue = jpeg(
        """
        /9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgKCgsKCw0NDQ0NDRAPEBAQEBAQ\
        EBAQEBASEhIVFRUSEhIQEBISFBQVFRcXFxUVFRUXFxkZGR4eHBwjIyQrKzP/xABNAAEBAAAAAAAAAAAAAAAA\
        AAAABwEBAQEAAAAAAAAAAAAAAAAAAAUHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AA\
        EQgAEgAgAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AjgDf0sAAAAAB/9k=
        """)

    private static func jpeg(_ base64: String) -> [UInt8] {
        Array(Data(base64Encoded: base64) ?? Data())
    }
}
