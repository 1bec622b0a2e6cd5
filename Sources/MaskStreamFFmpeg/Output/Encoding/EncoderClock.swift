internal import CFFmpeg
import MaskStream

/// The times of frames on their way through the encoder.
///
/// Most encoders carry any time base; some count frames at a constant rate. Those get frame
/// numbers, and the frames' own times are given back to the packets afterwards.
struct EncoderClock {
    /// The encoder's time base.
    let timeBase: Rational
    private let counts: Bool
    private let step: Int64
    /// No frame is decoded longer before it is shown; much longer FFmpeg does not believe of MP4.
    private let window: Int64
    private var first: Int64 = 0
    private var last: Int64 = 0
    private var lastDTS: Int64?
    private var count: Int64 = 0
    private var times: [Int64: Int64] = [:]
    private var durations: [Int64: Int64] = [:]

    /// A clock for frames of a format; `counts` for encoders of constant rate.
    init(_ format: FrameFormat, counts: Bool) {
        self.counts = counts
        let rate = format.encoderRate
        timeBase = counts ? Rational(rate.den, rate.num) : format.timeBase
        step = max(1, TimeStamp(1, Rational(rate.den, rate.num).av).ticks(of: format.timeBase.av))
        window = max(TimeStamp(seconds: 10).ticks(of: format.timeBase.av), step.times(16))
    }

    /// Whether a frame comes so late that it should not be coded before an earlier one.
    func followsGap(_ pts: Int64) -> Bool { count > 0 && pts.minus(last) > window }

    /// The time that the encoder gets.
    mutating func enter(pts: Int64, duration: Int64) -> Int64 {
        if count == 0 { (first, last) = (pts, pts) }
        last = max(pts, last)
        let number = counts ? count : pts
        if counts { times[number] = pts }
        durations[number] = duration > 0 ? duration : step
        count += 1
        return number
    }

    /// Puts a packet's times back into the frames' time base.
    mutating func leave(_ packet: UnsafeMutablePointer<AVPacket>) {
        let number = packet.pointee.pts
        if let duration = durations.removeValue(forKey: number) {
            packet.pointee.duration = duration
        }
        if counts {
            if packet.pointee.dts != noTimestamp { packet.pointee.dts = time(packet.pointee.dts) }
            packet.pointee.pts = time(number)
            // Later packets look up decoding times near their frame, never older than 64.
            times[number.minus(64)] = nil
        }
        packet.pointee.dts = plausible(packet.pointee.dts, pts: packet.pointee.pts)
        lastDTS = packet.pointee.dts
    }

    /// The decoding time, or a guess where the encoder made it up.
    ///
    /// libx265 takes decoding times of clips shorter than its reordering from memory that nobody
    /// wrote. Reordering never reaches further back than the frames that went in.
    private func plausible(_ dts: Int64, pts: Int64) -> Int64 {
        let earliest = first.minus(last.minus(first)).minus(step.times(2))
        let isGood = dts != noTimestamp && dts <= pts && dts >= earliest
        var good = isGood ? dts : pts
        if pts.minus(good) > window { good = max(good, latest(for: pts)) }
        guard let lastDTS else { return good }
        return isGood && good > lastDTS ? good : min(pts, lastDTS.plus(1))
    }

    /// The latest decoding time that lies before all frames that are still to come.
    private func latest(for pts: Int64) -> Int64 {
        let waiting = durations.keys.map { counts ? time($0) : $0 }.min() ?? pts
        return min(pts, waiting).minus(step.times(2))
    }

    private func time(_ number: Int64) -> Int64 {
        times[number] ?? (number < 0 ? first.plus(step.times(number)) : first)
    }
}

extension FrameFormat {
    /// The rate for rate control; 25 where it is unknown or impossible.
    var encoderRate: Rational {
        let isUsable = frameRate.num > 0 && frameRate.den > 0 && frameRate.value <= 1000
        return isUsable ? frameRate : Rational(25, 1)
    }
}
