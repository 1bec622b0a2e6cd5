import Foundation

/// An event with what every line has: the schema and the type.
struct EventLine: Codable {
    let event: Event
    let input: String?

    private enum CodingKeys: String, CodingKey {
        case schema, type, input, frame, from, to, reason, code, message
    }

    init(event: Event, input: String?) {
        self.event = event
        self.input = input
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        input = nil
        let isKnown = try container.decode(Int.self, forKey: .schema) == 1
        let type = try container.decode(String.self, forKey: .type)
        switch isKnown ? type : "" {
        case "start": event = .start(try Event.Start(from: decoder))
        case "frame": event = .frame(try FrameRecord(from: decoder))
        case "threshold":
            event = .threshold(
                frame: try container.decode(Int.self, forKey: .frame),
                from: try container.decode(Float.self, forKey: .from),
                to: try container.decode(Float.self, forKey: .to),
                reason: try container.decode(String.self, forKey: .reason))
        case "warning":
            event = .warning(
                code: try container.decode(String.self, forKey: .code),
                message: try container.decode(String.self, forKey: .message))
        case "finding": event = .finding(try VerificationFinding(from: decoder))
        case "verify": event = .verify(try SecondLook(from: decoder))
        case "end": event = .end(try Event.End(from: decoder))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container, debugDescription: "no known event: \(type)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .schema)
        try container.encodeIfPresent(input, forKey: .input)
        switch event {
        case .start(let start):
            try container.encode("start", forKey: .type)
            try start.encode(to: encoder)
        case .frame(let frame):
            try container.encode("frame", forKey: .type)
            try frame.encode(to: encoder)
        case .threshold(let frame, let from, let to, let reason):
            try container.encode("threshold", forKey: .type)
            try container.encode(frame, forKey: .frame)
            try container.encode(Double(from).rounded(places: 4), forKey: .from)
            try container.encode(Double(to).rounded(places: 4), forKey: .to)
            try container.encode(reason, forKey: .reason)
        case .warning(let code, let message):
            try container.encode("warning", forKey: .type)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
        case .finding(let finding):
            try container.encode("finding", forKey: .type)
            try finding.encode(to: encoder)
        case .verify(let look):
            try container.encode("verify", forKey: .type)
            try look.encode(to: encoder)
        case .end(let end):
            try container.encode("end", forKey: .type)
            try end.encode(to: encoder)
        }
    }
}
