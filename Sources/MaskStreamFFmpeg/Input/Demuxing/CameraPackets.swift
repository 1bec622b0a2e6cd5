internal import CFFmpeg
import Dispatch
import Glibc
import MaskStream

/// Reading a camera, which is open in non-blocking mode.
extension Demuxer {
    /// Seconds without a frame after which a camera counts as stalled.
    static let cameraTimeout = 10.0

    /// Waits for a camera's next packet; FFmpeg's code where there is none.
    ///
    /// - Throws: `MaskStreamError` 74 where the camera stalls.
    func readCamera(_ packet: Packet) throws -> Int32 {
        let end = DispatchTime.now() + Self.cameraTimeout
        while !interrupt.isStopped {
            let code = try takeCameraPacket(packet)
            guard code == ReturnCode.again else { return code }
            guard DispatchTime.now() < end else {
                throw MaskStreamError(
                    .inputOutput,
                    "no frame for \(Int(Self.cameraTimeout)) s (\(location.name))",
                    hint: "check the camera's cable, light and drivers")
            }
            usleep(3000)
        }
        return ms_averror_exit()
    }

    /// A camera's packet that waits already; nil where none does.
    func waitingPacket() throws -> Packet? {
        guard location.isCamera, !interrupt.isStopped else { return nil }
        let packet = try Packet()
        let code = try takeCameraPacket(packet)
        return code >= 0 && impossibleTime(of: packet) == nil ? packet : nil
    }

    /// Reads a camera's packet into memory of its own.
    ///
    /// Rule: no packet of a camera is handed on as FFmpeg gives it. Why: it, and raw frames made of
    /// it, lie in the driver's memory, which goes when the camera is closed. Otherwise: frames that
    /// are still being masked when a lost camera is closed read, and give back, what is gone.
    private func takeCameraPacket(_ packet: Packet) throws -> Int32 {
        let code = av_read_frame(context, packet.pointer)
        if code >= 0 { try packet.copyData() }
        return code
    }
}
