import CFFmpeg
import Dispatch
import Foundation
import MaskStream
import MaskStreamTestSupport
import Testing

@testable import MaskStreamFFmpeg

/// Copied packets on their way past the pipeline.
struct PacketRelayTests {
    private static func packet(_ pts: Int64) throws -> Packet {
        let packet = try Packet()
        packet.pointer.pointee.pts = pts
        return packet
    }

    private static func times(_ packets: [Packet]) -> [Int64] { packets.map(\.pointer.pointee.pts) }

    @Test func aFilesPacketsWaitForTheirFrame() throws {
        let relay = PacketRelay(patience: 0)
        for index in 0..<4 { relay.push(try Self.packet(Int64(index)), before: index) }
        relay.drop(before: 0)
        #expect(Self.times(relay.take(through: 1)) == [0, 1])
        #expect(Self.times(relay.take(through: nil)) == [2, 3])
        #expect(relay.dropped == 0)
    }

    @Test func livePacketsAreTakenWithTheNextFrame() throws {
        let relay = PacketRelay()
        relay.pushLive(try Self.packet(5))
        relay.pushLive(try Self.packet(6))
        #expect(Self.times(relay.take(through: 0)) == [5, 6])
        #expect(relay.take(through: nil).isEmpty && relay.dropped == 0)
    }

    @Test func whatNobodyTakesIsDroppedAndCounted() throws {
        let relay = PacketRelay(patience: 50_000_000)
        for time in 0..<100 { relay.pushLive(try Self.packet(Int64(time))) }
        Thread.sleep(forTimeInterval: 0.1)
        relay.pushLive(try Self.packet(100))
        #expect(Self.times(relay.take(through: 0)) == [100])
        #expect(relay.dropped == 100)
    }

    @Test func aPausesPacketsAreDropped() throws {
        let relay = PacketRelay()
        relay.pushLive(try Self.packet(0))
        Thread.sleep(forTimeInterval: 0.01)
        let resumed = DispatchTime.now().uptimeNanoseconds
        relay.pushLive(try Self.packet(1))
        relay.drop(before: resumed)
        #expect(Self.times(relay.take(through: nil)) == [1] && relay.dropped == 1)
    }
}
