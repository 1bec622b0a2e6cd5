import Foundation
import Testing

@testable import MaskStreamFFmpeg

/// Locations in which `SECRET` must not be told.
@Suite struct CredentialsTests {
    static let locations = [
        ("rtsp://SECRET:SECRET@cam.local/1", "rtsp://cam.local/1"),
        ("rtsp://SECRET@cam.local:554/1?x=a@b", "rtsp://cam.local:554/1"),
        ("rtsp://me:SECRET/SECRET@cam.local/1", "rtsp://cam.local/1"),
        ("rtsp://me:SECRET?#SECRET@cam.local/1", "rtsp://cam.local/1"),
        ("rtsp://cam/user=me_password=SECRET_channel=1.sdp", "rtsp://cam/***"),
        ("https://h/v.m3u8?access_token=SECRET", "https://h/v.m3u8"),
        ("https://h/v.mp4?a=1&X-Amz-Signature=SECRET#t=SECRET", "https://h/v.mp4"),
        ("https://h/v.mp4;jsessionid=SECRET", "https://h/v.mp4"),
        ("https://h/v.mp4#SECRET", "https://h/v.mp4"),
        ("https://h?key=SECRET", "https://h"),
        ("https://h/hdnts=exp=1~hmac=SECRET/v.m3u8", "https://h/***/v.m3u8"),
        ("srt://h:9000?mode=caller&passphrase=SECRET SECRET", "srt://h:9000"),
        ("rtmp://h/live/SECRET", "rtmp://h/live/***"),
        ("rtmp://h/live/SECRET/SECRET?SECRET", "rtmp://h/live/***"),
        ("RTMPS://me:SECRET@h:443/app/SECRET", "RTMPS://h:443/app/***"),
        ("rtmp://h/SECRET", "rtmp://h/***"),
        ("rtmp://h/app/SECRET live=1 token=SECRET", "rtmp://h/app/***"),
        ("concat:https://h/a?k=SECRET|https://h/b?k=SECRET", "concat:https://h/a"),
        ("http://[2001:db8::1]:80/a@b", "http://[2001:db8::1]:80/a@b"),
        ("https://host:80/a@b", "https://host:80/a@b"), ("rtmp://h", "rtmp://h"),
        ("udp://239.0.0.1:1234", "udp://239.0.0.1:1234"), ("-", "-"), ("", ""),
        ("a@b.mp4", "a@b.mp4"), ("dir/what?.mp4", "dir/what?.mp4"), ("12:30.mp4", "12:30.mp4"),
    ]

    @Test(arguments: locations)
    func ofALocation(location: String, shown: String) {
        #expect(withoutCredentials(location) == shown)
        #expect(withoutCredentials(shown) == shown, "again")
        #expect(
            withoutCredentials(in: "cannot open (\(shown)): \(shown)")
                == "cannot open (\(shown)): \(shown)")
    }

    @Test(arguments: locations.filter { !$0.0.contains(" ") })
    func inAText(location: String, shown: String) {
        for (before, after) in [
            ("", ""), ("[https @ 0x55] Failed to open '", "' for reading"), ("input (", ")"),
            ("\"", "\": refused"), ("lost ", ", opening it again"), ("see ", "."),
        ] {
            #expect(withoutCredentials(in: before + location + after) == before + shown + after)
        }
    }

    @Test func severalInAText() {
        #expect(
            withoutCredentials(in: "http://a?x=SECRET and rtmp://b/c/SECRET: no://; :// end")
                == "http://a and rtmp://b/c/***: no://; :// end")
    }

    @Test(arguments: [
        ("decryption_key=SECRET", "decryption_key=***"),
        ("headers=Authorization: SECRET=x", "headers=***"), ("threads=1", "threads=1"),
        ("http_proxy=http://me:SECRET@proxy:80", "http_proxy=http://proxy:80"), ("x", "x"),
    ]) func ofAnOption(option: String, shown: String) {
        #expect(withoutCredentials(option: option) == shown)
    }

    @Test func secretsByThemselves() {
        Secrets.note(
            "rtmp://me:pass%20word1@h/live/stream-key-1?auth=query-value-1",
            [
                ("headers", "Authorization: Bearer bearer-1\r\nX-Key: other-1"),
                ("decryption_key", "00112233"), ("rtsp_transport", "tcp"),
                ("http_proxy", "http://me:proxy-word@proxy:80"),
            ])
        for word in [
            "pass%20word1", "pass word1", "stream-key-1", "query-value-1", "bearer-1", "other-1",
            "00112233", "proxy-word",
        ] {
            let said = withoutCredentials(in: "NetStream.Publish.BadName: \(word) is in use")
            #expect(said == "NetStream.Publish.BadName: *** is in use")
        }
        #expect(withoutCredentials(in: "[tcp @ 0x1] refused by h") == "[tcp @ 0x1] refused by h")
    }
}
