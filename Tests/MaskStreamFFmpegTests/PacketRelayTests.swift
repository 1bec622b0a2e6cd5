import CFFmpeg
import Dispatch
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Copied packets on their way past the pipeline.
struct PacketRelayTests {
    private static func packet(_ pts: Int64, size: Int32 = 0) throws -> Packet {
        let packet = try Packet()
        if size > 0 { try check(av_new_packet(packet.pointer, size), "make", "packet") }
        packet.pointer.pointee.pts = pts
        return packet
    }

    private static func times(_ packets: [Packet]) -> [Int64] { packets.map(\.pointer.pointee.pts) }

    @Test func aFilesPacketsWaitForTheirFrame() throws {
        let relay = PacketRelay(patience: 0, capacity: 0)
        for time in 0..<6 {
            relay.push(try Self.packet(Int64(time)))
            if time % 2 == 1 { relay.endFrame() }
        }
        #expect(Self.times(relay.takeForFrame()) == [0, 1])
        #expect(Self.times(relay.takeForFrame()) == [2, 3])
        relay.push(try Self.packet(6))
        #expect(Self.times(relay.takeRest()) == [4, 5, 6])
        #expect(relay.takeForFrame().isEmpty && relay.dropped == 0)
    }

    @Test func framesWithoutPacketsCountToo() throws {
        let relay = PacketRelay()
        relay.endFrame()
        relay.push(try Self.packet(1))
        relay.endFrame()
        #expect(relay.takeForFrame().isEmpty)
        #expect(Self.times(relay.takeForFrame()) == [1])
        #expect(relay.takeForFrame().isEmpty)
    }

    @Test func livePacketsAreTakenWithTheNextFrame() throws {
        let relay = PacketRelay()
        relay.pushLive(try Self.packet(5))
        relay.pushLive(try Self.packet(6))
        #expect(Self.times(relay.takeForFrame()) == [5, 6])
        #expect(relay.takeRest().isEmpty && relay.dropped == 0)
    }

    @Test func whatNobodyTakesIsDroppedAndCounted() throws {
        let relay = PacketRelay(patience: 50_000_000)
        for time in 0..<100 { relay.pushLive(try Self.packet(Int64(time))) }
        Thread.sleep(forTimeInterval: 0.1)
        relay.pushLive(try Self.packet(100))
        #expect(Self.times(relay.takeForFrame()) == [100])
        #expect(relay.dropped == 100)
    }

    @Test func moreThanItsCapacityNeverWaits() throws {
        let relay = PacketRelay(patience: 10_000_000_000, capacity: 1000)
        for time in 0..<50 { relay.pushLive(try Self.packet(Int64(time), size: 300)) }
        #expect(Self.times(relay.takeForFrame()) == [47, 48, 49] && relay.dropped == 47)
        for time in 50..<53 { relay.pushLive(try Self.packet(Int64(time), size: 300)) }
        #expect(Self.times(relay.takeForFrame()) == [50, 51, 52] && relay.dropped == 47)
    }

    @Test func aPausesPacketsAreDropped() throws {
        let relay = PacketRelay()
        relay.pushLive(try Self.packet(0))
        Thread.sleep(forTimeInterval: 0.01)
        let resumed = DispatchTime.now().uptimeNanoseconds
        relay.pushLive(try Self.packet(1))
        relay.drop(before: resumed)
        #expect(Self.times(relay.takeRest()) == [1] && relay.dropped == 1)
    }
}
