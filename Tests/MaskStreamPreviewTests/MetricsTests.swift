import MaskStreamPreview
import Testing

@Suite struct MetricsTests {
    /// In Swift a quote and an accent behind it are one `Character`, a line's end of two bytes too.
    @Test func labelsAreEscapedScalarByScalar() throws {
        let answer = try Served(FakeStream(name: "a\"\u{301}b\\\u{301}c\r\nd"))
            .ask("GET", "/metrics")
        let label = "input=\"a\\\"\u{301}b\\\\\u{301}c\r\\nd\","
        #expect(answer.body.firstRange(of: Array(label.utf8)) != nil)
    }

    @Test func theTextIsWhatPrometheusReads() throws {
        let live = FakeStream(name: "a \"b\"\\c\nd") { facts in
            facts.status.profile = "face-emotion"
            facts.status.frame = 99
            facts.status.captured = 120
            facts.status.dropped = 20
            facts.status.late = 3
            facts.status.missed = 2
            facts.status.fps = 24.5
            facts.status.latency = WatchStatus.Latency(p50: 30, p95: 45.5, p99: 80)
            facts.status.threshold = 0.42
            facts.status.kept = 0.125
        }
        let file = FakeStream { facts in
            facts.status.fps = .nan
            facts.status.kept = .infinity
        }
        let answer = try Served(live, file).ask("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let a = #"stream="0",input="a \"b\"\\c\nd",profile="face-emotion""#
        let b = #"stream="1",input="clip.mp4",profile="light""#
        #expect(
            answer.text == """
                # HELP maskstream_frames_total Frames that were masked.
                # TYPE maskstream_frames_total counter
                maskstream_frames_total{\(a)} 100
                maskstream_frames_total{\(b)} 0
                # HELP maskstream_captured_total Frames that the source gave.
                # TYPE maskstream_captured_total counter
                maskstream_captured_total{\(a)} 120
                maskstream_captured_total{\(b)} 0
                # HELP maskstream_dropped_total Frames dropped at the source.
                # TYPE maskstream_dropped_total counter
                maskstream_dropped_total{\(a)} 20
                maskstream_dropped_total{\(b)} 0
                # HELP maskstream_late_total Frames that left after their time.
                # TYPE maskstream_late_total counter
                maskstream_late_total{\(a)} 3
                maskstream_late_total{\(b)} 0
                # HELP maskstream_missed_total Frames without a map to be trusted.
                # TYPE maskstream_missed_total counter
                maskstream_missed_total{\(a)} 2
                maskstream_missed_total{\(b)} 0
                # HELP maskstream_fps Frames a second, lately.
                # TYPE maskstream_fps gauge
                maskstream_fps{\(a)} 24.5
                maskstream_fps{\(b)} NaN
                # HELP maskstream_latency_seconds From a frame's arrival to its leaving.
                # TYPE maskstream_latency_seconds summary
                maskstream_latency_seconds{\(a),quantile="0.5"} 0.03
                maskstream_latency_seconds{\(a),quantile="0.95"} 0.0455
                maskstream_latency_seconds{\(a),quantile="0.99"} 0.08
                # HELP maskstream_threshold The confidence above which pixels are kept.
                # TYPE maskstream_threshold gauge
                maskstream_threshold{\(a)} 0.42
                maskstream_threshold{\(b)} 0.5
                # HELP maskstream_kept_ratio The share of the newest frame that was kept.
                # TYPE maskstream_kept_ratio gauge
                maskstream_kept_ratio{\(a)} 0.125
                maskstream_kept_ratio{\(b)} +Inf

                """)
    }
}
