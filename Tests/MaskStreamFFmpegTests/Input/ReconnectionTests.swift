import CFFmpeg
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// What is waited for, and what is not.
struct ReconnectionTests {
    private static func error(_ code: Int32, _ kind: MaskStreamError.Code = .noInput)
        -> MaskStreamError
    {
        MaskStreamError(
            kind, "cannot open input \(code)",
            underlying: FFmpegError(code: code, operation: "open", path: "x", lastLogLine: nil))
    }

    @Test func waitingMendsWhatMayPass() {
        let numbers = [ECONNREFUSED, ETIMEDOUT, EIO, ENETUNREACH, EHOSTUNREACH, EBUSY, ENOENT]
        let others = [ReturnCode.endOfFile, ms_averror_invalid_data(), ms_averror_exit()]
        for code in numbers.map(ms_averror) + others {
            #expect(Self.error(code).mayPass(wasOpen: false), "\(code)")
            #expect(Self.error(code).mayPass(wasOpen: true), "\(code)")
        }
        let unauthorized = -Int32(bitPattern: 0xF8 | 0x34 << 8 | 0x30 << 16 | 0x31 << 24)
        let notFound = -Int32(bitPattern: 0xF8 | 0x34 << 8 | 0x30 << 16 | 0x34 << 24)
        for code in [unauthorized, ms_averror_option_not_found(), ms_averror_decoder_not_found()] {
            #expect(!Self.error(code).mayPass(wasOpen: false), "\(code)")
            #expect(!Self.error(code).mayPass(wasOpen: true), "\(code)")
        }
        // A path that the server knew before may be known again.
        for code in [notFound, ms_averror(EINVAL), ms_averror(EACCES)] {
            #expect(!Self.error(code).mayPass(wasOpen: false), "\(code)")
            #expect(Self.error(code).mayPass(wasOpen: true), "\(code)")
        }
        #expect(!MaskStreamError(.usage, "--pix-fmt").mayPass(wasOpen: true))
        #expect(!Self.error(ms_averror(EIO), .usage).mayPass(wasOpen: true))
        #expect(!MaskStreamError(.unavailable, "--size").mayPass(wasOpen: true))
        #expect(MaskStreamError(.badData, "no picture").mayPass(wasOpen: false))
    }

    @Test func everyOtherReasonIsReportedOnce() throws {
        let log = WarningLog()
        var reasons = [ECONNREFUSED, ECONNREFUSED, EIO].map { Self.error(ms_averror($0)) }
        reasons.append(MaskStreamError(.usage, "wrong option"))
        let waiting = Reconnection(
            interrupt: MediaInterrupt(), warn: log.report, wasOpen: false)
        var count = 0
        #expect(throws: MaskStreamError.self) {
            _ = try waiting.open {
                defer { count += 1 }
                throw reasons[count]
            }
        }
        #expect(count == 4)
        #expect(log.codes == ["input_absent", "input_absent"])
    }

    @Test func aStoppedRunWaitsNoLonger() throws {
        let interrupt = MediaInterrupt()
        interrupt.stop()
        let waiting = Reconnection(interrupt: interrupt, warn: { _ in }, wasOpen: false)
        let reader = try waiting.open { throw Self.error(ms_averror(EIO)) }
        #expect(reader == nil)
    }
}
