internal import CFFmpeg
import MaskStream

/// Makes one stream's packets into packets of another form, on their way from input to output.
protocol PacketConverter: AnyObject {
    /// What writes the new form.
    var encoder: UnsafeMutablePointer<AVCodecContext> { get }
    /// The unit of the new packets' times.
    var timeBase: Rational { get }
    /// What the user should know, once all packets are converted.
    var warnings: [MediaWarning] { get }

    /// Takes a packet; `emit` gets what is ready in the new form.
    func convert(_ packet: Packet, emit: (Packet) throws -> Void) throws

    /// Gives `emit` what is still held; afterwards no more packets are taken.
    func drain(emit: (Packet) throws -> Void) throws
}
