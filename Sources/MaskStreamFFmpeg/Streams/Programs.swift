internal import CFFmpeg

/// Broadcasts and adaptive streams hold several programs, each with a clock of its own.
extension UnsafeMutablePointer<AVFormatContext> {
    /// The streams that do not belong to the program of the masked one.
    ///
    /// Wraps `av_find_program_from_stream`.
    func otherPrograms(than video: Int) -> Set<Int> {
        guard pointee.nb_programs > 1,
            let own = av_find_program_from_stream(self, nil, Int32(video))
        else { return [] }
        let kept = UnsafeBufferPointer(
            start: own.pointee.stream_index, count: Int(own.pointee.nb_stream_indexes))
        return Set(streamPointers.indices.filter { !kept.contains(UInt32($0)) })
    }

    /// Leaves streams unread.
    ///
    /// All streams of the own program are read even where nobody wants them, because the end of
    /// any stream shows whether the input is complete.
    func discard(_ streams: Set<Int>) {
        for index in streams { streamPointers[index].pointee.discard = AVDISCARD_ALL }
    }

    /// From where to where sound and frames of the program that is read go, in microseconds; nil
    /// where there are no other programs, or nothing says.
    var programInterval: Range<Int64>? {
        guard pointee.nb_programs > 1 else { return nil }
        let microseconds = AVRational(num: 1, den: 1_000_000)
        let parts = streamPointers.map(\.pointee).filter { stream in
            let kind = stream.codecpar.pointee.codec_type
            return stream.discard.rawValue < AVDISCARD_ALL.rawValue
                && stream.start_time != noTimestamp
                && (kind == AVMEDIA_TYPE_VIDEO || kind == AVMEDIA_TYPE_AUDIO)
        }
        let starts = parts.map { av_rescale_q($0.start_time, $0.time_base, microseconds) }
        let ends = zip(parts, starts).map { stream, start in
            let length = stream.duration == noTimestamp ? 0 : max(0, stream.duration)
            return start &+ av_rescale_q(length, stream.time_base, microseconds)
        }
        guard let start = starts.min(), let end = ends.max(), start <= end else {
            return nil
        }
        return start..<end
    }
}
