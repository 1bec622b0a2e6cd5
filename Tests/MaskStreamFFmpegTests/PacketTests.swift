internal import CFFmpeg
import Testing

@testable import MaskStreamFFmpeg

struct PacketTests {
    @Test("A copied packet lets go of the memory it came in, and keeps its data, time and stream")
    func copyData() throws {
        let packet = try Packet()
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
        for index in 0..<64 { memory[index] = UInt8(index) }
        var isReleased = false
        try withUnsafeMutablePointer(to: &isReleased) { flag in
            packet.pointer.pointee.buf = av_buffer_create(
                memory, 64,
                { flag, data in
                    flag?.assumingMemoryBound(to: Bool.self).pointee = true
                    data?.deallocate()
                }, flag, 0)
            packet.pointer.pointee.data = memory
            packet.pointer.pointee.size = 48
            packet.pointer.pointee.pts = 7
            packet.pointer.pointee.stream_index = 2
            try packet.copyData()
            #expect(flag.pointee)
        }
        let copied = packet.pointer.pointee
        #expect(copied.data != memory)
        #expect(
            Array(UnsafeBufferPointer(start: copied.data, count: Int(copied.size))) == Array(0..<48)
        )
        #expect(copied.pts == 7)
        #expect(copied.stream_index == 2)
    }
}
