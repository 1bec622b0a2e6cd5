import CFFmpeg
import Dispatch
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

@Suite struct LogTests {
    /// Inputs that fail beside each other quote what was logged of them, never of another one.
    @Test func errorsQuoteTheirOwnInput() async throws {
        FFmpegLog.capture()
        let folder = try TemporaryFolder()
        // Two kinds that are refused with a line that tells them apart, and one without any.
        let kinds: [(name: String, bytes: Data, line: String?)] = [
            ("moov", mp4(), "moov atom not found"),
            ("ogg", Data("OggS".utf8) + Data(repeating: 0, count: 600), nil),
        ]
        let alone = try kinds.map { kind -> String? in
            let path = try folder.write(kind.bytes, to: kind.name)
            let error = openingError(InputOptions(path))
            #expect(error?.code == .badData)
            return (error?.underlying as? FFmpegError)?.lastLogLine
        }
        #expect(alone[0]?.contains("moov atom not found") == true)
        #expect(alone[1]?.contains("moov") != true)
        await withTaskGroup(of: Bool.self) { group in
            for round in 0..<60 {
                let kind = round % 2
                let options = InputOptions(folder.path(kinds[kind].name))
                group.addTask {
                    let error = openingError(options)?.underlying as? FFmpegError
                    return error?.lastLogLine == alone[kind]
                }
            }
            for await isOwn in group { #expect(isOwn) }
        }
    }

    @Test func aLineIsForgottenWhenAnotherCallBegins() throws {
        FFmpegLog.capture()
        let folder = try TemporaryFolder()
        let path = try folder.write(mp4(), to: "a.mp4")
        #expect(openingError(InputOptions(path)) != nil)
        FFmpegLog.begin()
        #expect(FFmpegLog.takeLastLine() == nil)
    }

    /// Many inputs have many threads: none loses a line because of the others.
    @Test func everyThreadKeepsItsOwnLine() {
        FFmpegLog.capture()
        let lines = Confined<[String?]>([], label: "maskstream.test.lines")
        let (logged, ended) = (DispatchGroup(), DispatchGroup())
        for number in 0..<600 {
            logged.enter()
            ended.enter()
            let thread = Thread {
                withVaList([]) { av_vlog(nil, AV_LOG_ERROR, "line \(number) of its own", $0) }
                logged.leave()
                logged.wait()
                let line = FFmpegLog.takeLastLine()
                lines.sync { $0.append(line == "line \(number) of its own" ? nil : "\(number)") }
                ended.leave()
            }
            thread.stackSize = 256 << 10
            thread.start()
        }
        ended.wait()
        #expect(lines.sync { $0.count } == 600)
        #expect(lines.sync { $0.compactMap(\.self) }.isEmpty)
    }

    /// MP4 without an index.
    private func mp4() -> Data {
        Data([0, 0, 0, 16]) + Data("ftypisom".utf8) + Data([0, 0, 2, 0, 0, 0, 0, 100])
            + Data("mdat".utf8) + Data(count: 92)
    }
}
