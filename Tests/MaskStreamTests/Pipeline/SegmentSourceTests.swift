import MaskStream
import MaskStreamTestSupport
import Testing

/// Which frames of a source are a segment's, and which are read for it.
struct SegmentSourceTests {
    /// Frames of gray with times in milliseconds; it can go back and forth, and notes where to.
    private final class Film: FrameSource {
        let format = FrameFormat(
            width: 8, height: 8, pixelFormat: .gray, timeBase: Rational(1, 1000))
        let times: [Int64]
        let gray: (Int64) -> Int
        var index = 0
        var read = 0
        var skips: [Double] = []
        var canSeek = true

        init(_ times: [Int64], gray: @escaping (Int64) -> Int = { _ in 100 }) {
            self.times = times
            self.gray = gray
        }

        func next() -> Frame? {
            guard index < times.count else { return nil }
            defer { (index, read) = (index + 1, read + 1) }
            let gray = gray(times[index])
            return Frame.painted(format, pts: times[index]) { _, _, _ in gray }
        }

        func skip(to seconds: Double) -> Bool {
            skips.append(seconds)
            guard canSeek else { return false }
            let start = Int64(seconds * 1000) + (times.first ?? 0)
            index = seconds > 0 ? times.firstIndex { $0 >= start } ?? times.count : 0
            return true
        }
    }

    /// What came of a segment: the times of its frames, those that begin a scene, and its bounds.
    private struct Cut {
        var times: [Int64] = []
        var begins: [Int64] = []
        var segment: Segment

        init(_ film: Film, _ from: Double, _ to: Double?, limit: Double? = nil) throws {
            let first = Double(film.times.first ?? 0) / 1000
            nonisolated(unsafe) let film = film
            let source = try SegmentSource(
                film, of: Segment(from: from, to: to), scenes: SceneBoundaries(limit: limit),
                origin: first, skip: film.skip)
            while let frame = try source.next() {
                times.append(frame.pts)
                if frame.beginsScene { begins.append(frame.pts) }
            }
            segment = source.segment
        }
    }

    /// Half a minute of 25 frames a second, whose gray changes at these seconds.
    private static func film(_ cuts: [Double] = [], from start: Int64 = 0) -> Film {
        Film((0..<750).map { start + 40 * $0 }) { time in
            cuts.count { Double(time - start) / 1000 >= $0 } % 2 == 0 ? 40 : 200
        }
    }

    @Test("Segments that meet hold every frame once, with the boundaries of the whole")
    func segmentsMeet() throws {
        let cuts = [3.2, 9.96, 10, 17.4, 26]
        let cases: [(Double?, Int64)] = [(nil, 0), (4, 0), (0.7, 3_600_007), (nil, -480)]
        for (limit, start) in cases {
            let whole = try Cut(Self.film(cuts, from: start), 0, nil, limit: limit)
            #expect(whole.times.count == 750)
            let splits = [0, 3.2, 10, 11, 17.5, 25.99]
            var parts: [Cut] = []
            for (index, from) in splits.enumerated() {
                let to = index + 1 < splits.count ? splits[index + 1] : nil
                parts.append(try Cut(Self.film(cuts, from: start), from, to, limit: limit))
            }
            #expect(parts.flatMap(\.times) == whole.times)
            #expect(parts.flatMap(\.begins) == whole.begins)
            let full = parts.map(\.segment).filter { !$0.isEmpty }
            #expect(full.first?.begins == 0)
            #expect(full.dropFirst().map(\.begins) == full.dropLast().map(\.ends))
            #expect(full.last?.ends == nil)
        }
    }

    @Test("A segment without a boundary is empty, also behind the end")
    func empty() throws {
        let cut = try Cut(Self.film([20]), 5, 19.99)
        #expect(cut.segment.isEmpty && cut.times.isEmpty && cut.segment.ends == nil)
        #expect(try Cut(Self.film([20]), 20, nil).times.count == 250)
        #expect(try Cut(Self.film([20]), 40, nil).segment.isEmpty)
        #expect(try Cut(Film([]), 0, nil).segment.isEmpty)
    }

    @Test("A stream that begins late begins in the segment that holds its first frame")
    func lateStart() throws {
        nonisolated(unsafe) let film = Self.film(from: 2000)
        let source = try SegmentSource(
            film, of: Segment(from: 1, to: 3), scenes: SceneBoundaries(), origin: 0,
            skip: { _ in false })
        #expect(try source.next()?.pts == 2000)
        #expect(source.segment.begins == 2)
    }

    @Test("Cuts are looked for from some seconds before, further back where frames are few")
    func lead() throws {
        let dense = Self.film()
        _ = try Cut(dense, 20, 20.5)
        #expect(dense.skips == [15])
        // Reads the first frame, five seconds before and the segment.
        #expect(dense.read < 1 + 125 + 260)
        let sparse = Film((0..<300).map { 1000 * $0 }) { $0 / 1000 % 2 == 0 ? 90 : 110 }
        _ = try Cut(sparse, 250, 260)
        #expect(sparse.skips == [245, 230, 170])
        let early = Self.film()
        _ = try Cut(early, 4, 5)
        #expect(early.skips.isEmpty)
        let few = Film((0..<60).map { 1000 * $0 })
        #expect(try Cut(few, 50, nil, limit: 25).times.count == 10)
        #expect(few.skips == [45, 30, 0], "at last from the beginning")
    }

    @Test("What cannot seek is read from its beginning")
    func unseekable() throws {
        let film = Self.film([21])
        film.canSeek = false
        let cut = try Cut(film, 20, nil)
        #expect(cut.times.first == 21_000)
        #expect(cut.times.count == 225)
    }

    @Test("What is usual before a segment decides there, too")
    func memory() throws {
        // A flicker of a third of the range is motion where it goes on all the time.
        let film = Self.film().times
        let flicker: (Int64) -> Int = { $0 / 40 % 2 == 0 ? 80 : 150 }
        #expect(try Cut(Film(film, gray: flicker), 20, nil).segment.isEmpty)
        let single: (Int64) -> Int = { $0 < 20_400 ? 80 : 150 }
        #expect(try Cut(Film(film, gray: single), 20, nil).segment.begins == 20.4)
    }
}
