import CFFmpeg
import MaskStream
import Testing

@testable import MaskStreamFFmpeg

/// What is decided about hardware, as tables; no hardware is needed.
@Suite struct HardwareTests {
    @Test(arguments: [
        // As H.264's decoder offers them: its devices, then software.
        ([AV_PIX_FMT_VDPAU, AV_PIX_FMT_CUDA, AV_PIX_FMT_YUV420P], AV_PIX_FMT_CUDA),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_YUVJ420P], AV_PIX_FMT_CUDA),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_YUV420P10LE], AV_PIX_FMT_CUDA),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_NV12], AV_PIX_FMT_CUDA),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_YUV444P], AV_PIX_FMT_YUV444P),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_YUV422P], AV_PIX_FMT_YUV422P),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_YUV420P12LE], AV_PIX_FMT_YUV420P12LE),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_YUVA420P], AV_PIX_FMT_YUVA420P),
        ([AV_PIX_FMT_CUDA, AV_PIX_FMT_GRAY8], AV_PIX_FMT_GRAY8),
        // Once the device has failed, FFmpeg asks again without it.
        ([AV_PIX_FMT_VDPAU, AV_PIX_FMT_YUV420P], AV_PIX_FMT_YUV420P),
        // A decoder that knows no software.
        ([AV_PIX_FMT_CUDA], AV_PIX_FMT_NONE),
    ])
    func framesThatComeBackWholeLieOnTheDevice(
        offered: [AVPixelFormat], chosen: AVPixelFormat
    ) {
        let found = HardwareDecoder.choice(of: offered, surface: AV_PIX_FMT_CUDA)
        #expect(pixelFormatName(found) == pixelFormatName(chosen))
    }

    /// What a machine has, for the choice.
    private func choose(
        _ request: HardwareRequest, refusal: String? = nil, proven: Set<HardwareKind> = [],
        there: Set<HardwareKind> = [.cuda, .vaapi, .qsv],
        decoding: Set<HardwareKind> = [.cuda, .vaapi, .qsv]
    ) throws -> (HardwareKind?, String?) {
        let choice = try DecoderChoice<HardwareKind>(request, refusal: refusal, proven: proven) {
            guard there.contains($0) else {
                throw MaskStreamError(.unavailable, "no \($0)", hint: "install \($0)")
            }
            return decoding.contains($0) ? $0 : nil
        }
        switch choice {
        case .software(let reason): return (nil, reason)
        case .trial(let kind): return (kind, nil)
        }
    }

    @Test func softwareIsWhereNothingElseIsAskedFor() throws {
        // No device is opened.
        #expect(try choose(.none, there: []) == (nil, nil))
    }

    @Test(arguments: HardwareKind.allCases) func askedForByName(kind: HardwareKind) throws {
        let request = try #require(HardwareRequest(rawValue: kind.rawValue))
        #expect(request.kind == kind)
        #expect(try choose(request) == (kind, nil))
        #expect(try choose(request, refusal: "its alpha") == (nil, "its alpha"))
        let reason = "this FFmpeg does not decode the stream's codec on \(kind)"
        #expect(try choose(request, decoding: []) == (nil, reason))
        // What the machine lacks is an error, whatever the stream is.
        for refusal in [nil, "its alpha"] {
            let error = #expect(throws: MaskStreamError.self) {
                try choose(request, refusal: refusal, there: [])
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "no \(kind) (--hwaccel \(kind))")
            #expect(error?.hint == "install \(kind); or use --hwaccel none")
        }
    }

    @Test func automaticTakesWhatIsProven() throws {
        #expect(try choose(.auto, proven: [.vaapi, .qsv]) == (.vaapi, nil))
        #expect(try choose(.auto, proven: [.vaapi, .qsv], there: [.qsv]) == (.qsv, nil))
        #expect(try choose(.auto, proven: [.cuda], decoding: [.qsv]).0 == nil)
        #expect(try choose(.auto, refusal: "its alpha", proven: [.cuda]) == (nil, "its alpha"))
        let (kind, reason) = try choose(.auto, there: [.cuda, .qsv], decoding: [.cuda])
        #expect(kind == nil)
        #expect(
            reason == "cuda is untested and might hide damage; no vaapi; "
                + "this FFmpeg does not decode the stream's codec on qsv")
    }

    @Test func nothingIsProvenYet() {
        // Whoever adds a kind has run the suite that flips bits on such hardware.
        #expect(HardwareKind.proven.isEmpty)
    }
}
