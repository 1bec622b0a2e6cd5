internal import CFFmpeg
import MaskStream

/// Where the masked stream is to be decoded, before anything of it was.
enum DecoderChoice<Decoder> {
    /// In software; the reason is nil where nothing else was asked for.
    case software(reason: String?)
    /// On a device, if its first frame comes out whole.
    case trial(Decoder)

    /// Settles it: what the machine lacks is an error where it was asked for by name, what the stream
    /// is made of never is.
    ///
    /// - Parameters:
    ///   - request: what was asked for.
    ///   - refusal: why no hardware takes the stream; nil where some may.
    ///   - proven: the kinds that are known to hide no damage.
    ///   - device: opens a kind's device, and tells how it decodes the stream; nil where this FFmpeg
    ///     does not know how.
    init(
        _ request: HardwareRequest, refusal: String?, proven: Set<HardwareKind>,
        device: (HardwareKind) throws -> Decoder?
    ) throws {
        if request == .none {
            self = .software(reason: nil)
        } else if let kind = request.kind {
            self = try Self.asked(kind, refusal: refusal, device: device)
        } else if let refusal {
            self = .software(reason: refusal)
        } else {
            self = Self.first(proven: proven, device: device)
        }
    }

    private static func asked(
        _ kind: HardwareKind, refusal: String?, device: (HardwareKind) throws -> Decoder?
    ) throws -> DecoderChoice {
        do {
            let decoder = try device(kind)
            if let refusal { return .software(reason: refusal) }
            return decoder.map { .trial($0) } ?? .software(reason: noDecoder(kind))
        } catch let error as MaskStreamError {
            throw MaskStreamError(
                error.code, "\(error.message) (--hwaccel \(kind))",
                hint: "\(error.hint.map { "\($0); or " } ?? "")use --hwaccel none")
        }
    }

    /// The first kind that is there and known to hide no damage.
    private static func first(
        proven: Set<HardwareKind>, device: (HardwareKind) throws -> Decoder?
    ) -> DecoderChoice {
        var reasons: [String] = []
        for kind in HardwareKind.allCases {
            do {
                guard let decoder = try device(kind) else {
                    reasons.append(noDecoder(kind))
                    continue
                }
                if proven.contains(kind) { return .trial(decoder) }
                reasons.append("\(kind) is untested and might hide damage")
            } catch {
                reasons.append((error as? MaskStreamError)?.message ?? "\(error)")
            }
        }
        return .software(reason: reasons.joined(separator: "; "))
    }

    private static func noDecoder(_ kind: HardwareKind) -> String {
        "this FFmpeg does not decode the stream's codec on \(kind)"
    }
}

/// Where a stream is decoded, and why.
public struct DecodingPlace: Sendable, Hashable {
    /// The kind of hardware; nil in software.
    public var kind: HardwareKind?
    /// Why it is software although something else was asked for; nil on hardware.
    public var reason: String?

    /// The name of the kind, or `software`.
    public var name: String { kind?.rawValue ?? "software" }
}
