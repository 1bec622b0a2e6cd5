import Foundation
import MaskStreamTestSupport
import Testing

/// The same command makes the same file, whatever was in memory before.
@Suite struct RepeatTests {
    /// A width at which x264 computes with AVX-512 what nobody has written.
    @Test func whatMemoryHoldsChangesNoByte() throws {
        let bench = try Workbench()
        let clip = try Clips.make(
            "noise.mkv", in: bench.folder,
            ["-f", "lavfi", "-i", "testsrc2=size=320x192:rate=25:duration=2,noise=alls=20:allf=t"]
                + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
        let files = try ["0", "1", "85", "170"].map { byte in
            let out = "out\(byte).mp4"
            try expectStatus(
                0, bench.masking(clip, to: out, ["--codec", "libx264", "--threshold", "0.3"]),
                environment: ["MALLOC_PERTURB_": byte])
            return try Data(contentsOf: URL(fileURLWithPath: bench.path(out)))
        }
        #expect(Set(files).count == 1)
    }
}
